import type { LedgerRecord } from '../core/ledger-records.ts';
import type { Hashes } from '../core/ports.ts';
import { decodeUtf8 } from '../core/utf8.ts';
import type { ChainCode, ChainFinding, LedgerPlace, PlacedRecord } from './ledger.ts';
import { parseRecord } from './record-line.ts';

const NEWLINE = 10;
const RESTORE = 'Restore the ledger from version control; if it was committed so, find out who did';

/**
 * Follows the links of a ledger, line by line. It can be fed in parts, so that who has it open reads only what others added.
 */
export class LedgerChain {
	readonly records: PlacedRecord[] = [];
	readonly findings: ChainFinding[] = [];
	/** All that stood somewhere, those that were changed since among them, so that one change is found once. */
	readonly known = new Set<string>();
	readonly heads = new Set<string>();
	newer: LedgerPlace | null = null;
	readonly #hashes: Hashes;
	readonly #verified: Map<string, LedgerRecord>;
	/** The same, in the order in which they stood: most lines still stand where they stood, and are compared faster than looked up. */
	readonly #expected: readonly (readonly [string, LedgerRecord])[];
	#next = 0;
	#file = '';
	#line = 0;
	#offset = 0;

	/** @param verified - Lines that were verified before, with what they say; grows by those that are verified now. */
	constructor(hashes: Hashes, verified: Map<string, LedgerRecord> = new Map()) {
		this.#hashes = hashes;
		this.#verified = verified;
		this.#expected = [...verified];
	}

	/** Where the next line begins. */
	get place(): LedgerPlace {
		return { file: this.#file, line: this.#line + 1, offset: this.#offset };
	}

	/** Goes on with another file. */
	openFile(file: string): void {
		this.#file = file;
		this.#line = 0;
		this.#offset = 0;
	}

	/**
	 * Reads the whole lines of the bytes that follow in this file.
	 *
	 * @returns How many bytes they were; the rest is a line without an end.
	 */
	feed(bytes: Uint8Array): number {
		const end = bytes.lastIndexOf(NEWLINE) + 1;
		const lines = bytes.subarray(0, end);
		const text = decodeUtf8(lines);
		if (text === null) this.#feedBytes(lines);
		else this.#feedText(text, lines);
		return end;
	}

	/** Takes a record that was just written in this file as its next line. */
	add(record: LedgerRecord, bytes: number): void {
		this.#accept(record, this.place);
		this.#step(bytes);
	}

	/** Notes something that is not as it was written. */
	find(code: ChainCode, place: LedgerPlace, message: string, advice: string = RESTORE): void {
		this.findings.push({ code, isNote: false, place, message, advice });
	}

	/** @param bytes - Of the same text: its characters may be more than a byte long. */
	#feedText(text: string, bytes: Uint8Array): void {
		const isAscii = text.length === bytes.length;
		let byte = 0;
		for (let start = 0; start < text.length; ) {
			const end = text.indexOf('\n', start) + 1;
			const next = isAscii ? end : bytes.indexOf(NEWLINE, byte) + 1;
			const expected = this.#expected[this.#next];
			this.#next += 1;
			const line = text.slice(start, end - 1);
			if (line === expected?.[0]) this.#accept(expected[1], this.place);
			else this.#readLine(line);
			this.#step(next - byte);
			start = end;
			byte = next;
		}
	}

	/** Somewhere in it is what is not UTF-8. */
	#feedBytes(bytes: Uint8Array): void {
		for (let start = 0; start < bytes.length; ) {
			const end = bytes.indexOf(NEWLINE, start);
			const line = decodeUtf8(bytes.subarray(start, end));
			if (line === null) this.find('broken-line', this.place, 'The line is broken: it is not UTF-8');
			else this.#readLine(line);
			this.#step(end + 1 - start);
			start = end + 1;
		}
	}

	#step(bytes: number): void {
		this.#line += 1;
		this.#offset += bytes;
	}

	#readLine(line: string): void {
		const { place } = this;
		const verified = this.#verified.get(line);
		if (verified !== undefined) {
			this.#accept(verified, place);
			return;
		}
		const parsed = parseRecord(line, this.#hashes);
		if (parsed.type === 'record') {
			this.#verified.set(line, parsed.record);
			this.#accept(parsed.record, place);
		} else if (parsed.type === 'newer') {
			this.newer ??= place;
			this.#link(parsed.hash, parsed.prev, place);
		} else if (parsed.type === 'changed') {
			this.known.add(parsed.hash);
			const message = `The record was changed: its content has another hash than the one it carries, ${short(parsed.hash)}`;
			this.find('changed-record', place, message);
		} else this.find('broken-line', place, `The line is broken: ${parsed.why}`);
	}

	#accept(record: LedgerRecord, place: LedgerPlace): void {
		const isFirst = this.known.size === 0;
		if (!this.#link(record.hash, record.prev, place)) return;
		this.records.push({ record, place });
		if (record.kind === 'adopt' ? isFirst && record.prev.length === 0 : !isFirst && record.prev.length > 0) return;
		if (record.kind !== 'adopt') {
			this.find('missing-adopt', place, `The record "${record.kind}" follows nothing, a ledger begins with "adopt"`);
			return;
		}
		const message = `Another ledger (${record.ledger}) begins here: two clones began one each, or records were put in`;
		this.find('second-adopt', place, message, 'Keep one of both ledgers, and let the next run adopt its counts');
	}

	#link(hash: string, prev: readonly string[], place: LedgerPlace): boolean {
		if (this.known.has(hash)) {
			const message = `The record ${short(hash)} stands here a second time`;
			this.find('duplicate-record', place, message, 'Remove this line; one record counts once');
			return false;
		}
		const missing = prev.find((parent) => !this.known.has(parent));
		if (missing !== undefined) {
			const message = `The record follows ${short(missing)}, which does not stand before it: a record was removed, or the order changed`;
			this.find('missing-parent', place, message);
		}
		this.known.add(hash);
		for (const parent of prev) this.heads.delete(parent);
		this.heads.add(hash);
		return true;
	}
}

const short = (hash: string): string => hash.slice(0, 12);
