import type { LedgerRecord } from '../core/ledger-records.ts';
import type { Hashes } from '../core/ports.ts';
import { decodeUtf8 } from '../core/utf8.ts';
import type { LedgerFiles, LedgerReading, LedgerSource } from './ledger.ts';
import { LedgerChain } from './ledger-chain.ts';

/** How to read a ledger. */
export interface ReadOptions {
	/** File name of the prompt that it stands beside; without it every owner is taken. */
	readonly prompt?: string;
	/**
	 * Lines that were verified before, with what they say, for who reads a ledger many times; grows by those that are verified now. What a
	 * line itself says can't change while its text stays; the links between lines are followed anew.
	 */
	readonly verified?: Map<string, LedgerRecord>;
}

/** Reads a ledger: what it says, and everything about its chain that is not as it was written. */
export function readLedger(files: LedgerFiles, hashes: Hashes, options: ReadOptions = {}): LedgerReading {
	const chain = new LedgerChain(hashes, options.verified);
	const last = files.sources.at(-1);
	let wholeBytes = 0;
	for (const source of files.sources) {
		chain.openFile(source.file);
		wholeBytes = chain.feed(source.bytes);
		if (source !== last && wholeBytes < source.bytes.length)
			chain.find('broken-line', chain.place, 'The line is broken: a closed segment ends within it');
	}
	return concludeReading(chain, {
		heads: files.heads,
		tornBytes: (last?.bytes.length ?? 0) - wholeBytes,
		...(options.prompt !== undefined && { prompt: options.prompt }),
	});
}

/**
 * Judges a chain that was fed to its end.
 *
 * @param rest - `tornBytes`: how many stand behind the last whole line.
 */
export function concludeReading(
	chain: LedgerChain,
	rest: { readonly heads: LedgerSource | null; readonly tornBytes: number; readonly prompt?: string },
): LedgerReading {
	const judged = new Judgement(chain);
	judged.checkOwner(rest.prompt);
	judged.checkEnd(rest.heads, rest.tornBytes);
	return judged.conclude();
}

class Judgement {
	readonly #chain: LedgerChain;
	readonly #findings: LedgerReading['findings'][number][];
	#wholeBytes: number;
	#owner: LedgerReading['owner'] = null;

	constructor(chain: LedgerChain) {
		this.#chain = chain;
		this.#findings = [...chain.findings];
		this.#wholeBytes = chain.place.offset;
	}

	checkOwner(prompt: string | undefined): void {
		for (const { record, place } of this.#chain.records) {
			if (record.kind === 'adopt') this.#owner ??= { ledger: record.ledger, prompt: record.prompt };
			if (record.kind !== 'rename' || this.#owner === null) continue;
			if (record.from !== this.#owner.prompt)
				this.#find('foreign-ledger', place, `The ledger is renamed from ${record.from}, it belonged to another prompt`);
			this.#owner = { ...this.#owner, prompt: record.to };
		}
		const [first] = this.#chain.records;
		if (prompt === undefined || first === undefined || this.#owner === null || this.#owner.prompt === prompt) return;
		const message = `The ledger belongs to ${this.#owner.prompt}, not to ${prompt}: it was copied, or the prompt renamed`;
		const advice = 'Remove a copied ledger; after a rename run verify audit <prompt> --renamed-from <its old path>';
		this.#find('foreign-ledger', first.place, message, advice);
	}

	/** A crash can tear what was written last, but nothing that the heads name: they are written after it is safe. */
	checkEnd(heads: LedgerSource | null, tornBytes: number): void {
		const chain = this.#chain;
		const last = this.#findings.at(-1);
		const { place } = chain;
		// A line that the disk filled with other bytes has an end all the same.
		const isLastBroken =
			tornBytes === 0 &&
			last?.code === 'broken-line' &&
			last.place.file === place.file &&
			last.place.line === place.line - 1;
		const torn = isLastBroken ? last.place : tornBytes > 0 ? place : null;
		const isLostHead = this.#checkHeads(heads, torn ?? place);
		if (torn === null) return;
		if (isLostHead) {
			if (!isLastBroken)
				this.#find('broken-line', torn, 'The line is broken: it has no end, and the heads name its record');
			return;
		}
		if (isLastBroken) this.#findings.splice(this.#findings.indexOf(last), 1);
		this.#wholeBytes = torn.offset;
		const message = 'The last line was cut by a crash before its record was safe';
		const advice = 'Nothing is to be done: the next run removes it';
		this.#findings.push({ code: 'torn-tail', isNote: true, place: torn, message, advice });
	}

	conclude(): LedgerReading {
		return {
			records: this.#chain.records,
			findings: this.#findings,
			heads: [...this.#chain.heads].sort(),
			wholeBytes: this.#wholeBytes,
			newer: this.#chain.newer,
			owner: this.#owner,
		};
	}

	/** @returns Whether records are missing that the heads name. */
	#checkHeads(heads: LedgerSource | null, end: LedgerReading['records'][number]['place']): boolean {
		const { known } = this.#chain;
		if (heads === null) {
			// They are written with the first record, and before any other.
			if (this.#chain.records.length <= 1) return false;
			this.#find(
				'missing-head',
				end,
				'The file of the heads is gone, so nothing shows whether records were removed at the end',
			);
			return false;
		}
		const text = decodeUtf8(heads.bytes) ?? '\0';
		let isMissing = false;
		let offset = 0;
		for (const [index, hash] of text.replace(/\n$/, '').split('\n').entries()) {
			const place = { file: heads.file, line: index + 1, offset };
			offset += hash.length + 1;
			if (!/^[0-9a-f]{64}$/.test(hash))
				this.#find('missing-head', place, 'The line is broken: it is no hash of a record');
			else if (!known.has(hash)) {
				isMissing = true;
				const message = `Line ${place.line} of ${heads.file} names ${hash.slice(0, 12)}, which is not there: the ledger was cut off`;
				this.#find('missing-head', end.file === '' ? place : end, message);
			}
		}
		if (!text.endsWith('\n'))
			this.#find('missing-head', { file: heads.file, line: 1, offset: 0 }, 'The file of the heads was cut off');
		return isMissing;
	}

	#find(
		code: 'foreign-ledger' | 'missing-head' | 'broken-line',
		place: LedgerReading['records'][number]['place'],
		message: string,
		advice = 'Restore the ledger from version control; if it was committed so, find out who did',
	): void {
		this.#findings.push({ code, isNote: false, place, message, advice });
	}
}
