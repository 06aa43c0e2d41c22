import { AppError } from '../core/errors.ts';
import { createUuidV7 } from '../core/ids.ts';
import type { LedgerBody, LedgerRecord } from '../core/ledger-records.ts';
import type { Counts } from '../core/outcomes.ts';
import type { Journal } from '../core/ports.ts';
import { encodeUtf8 } from '../core/utf8.ts';
import { findDeadRuns, findLostIntents } from './dead-runs.ts';
import type {
	LedgerBeginning,
	LedgerHost,
	LedgerReading,
	LedgerSource,
	PromptLedger,
	RunEnd,
	SettleState,
} from './ledger.ts';
import { LedgerChain } from './ledger-chain.ts';
import { fileNameOf, type LedgerPaths, resolveLedgerPaths } from './ledger-paths.ts';
import { concludeReading } from './read-ledger.ts';
import { formatRecord } from './record-line.ts';
import { countOpenRuns, deriveSettleState } from './settle-state.ts';

/** How to keep a ledger. */
export interface LedgerOptions {
	/** A ledger of this many bytes is closed with a segment when the next run begins; default 4 MiB. */
	readonly segmentBytes?: number;
}

const SEGMENT_BYTES = 4 * 1024 * 1024;

const ATTRIBUTES = `# Both sides of a merge keep their records; verify audit checks the result.
*.jsonl merge=union -text
*.heads merge=union -text
`;

/**
 * Opens the ledger of a prompt; nothing is read or made before `begin`.
 *
 * @param promptFile - Links are followed, so that all names of a prompt share one ledger.
 * @see docs/ledger.md
 */
export async function openLedger(
	promptFile: string,
	host: LedgerHost,
	options: LedgerOptions = {},
): Promise<PromptLedger> {
	const real = await host.journals.resolve(promptFile);
	return new OpenLedger(real, host, options.segmentBytes ?? SEGMENT_BYTES);
}

/**
 * Says in a ledger that its prompt got another name. Both files were renamed before, as by `git mv`.
 *
 * @returns The record; `null` when the ledger bears the prompt's name already.
 * @throws {AppError} As {@link PromptLedger.begin}; `LEDGER_BROKEN` also when there is no ledger.
 */
export async function renameLedger(promptFile: string, host: LedgerHost): Promise<LedgerRecord | null> {
	return new OpenLedger(await host.journals.resolve(promptFile), host, SEGMENT_BYTES).rename();
}

/** A record that stands alone. */
export interface Addition {
	readonly host: LedgerHost;
	/** Adopted where there is no ledger yet. */
	readonly counts: Counts;
	/** Does what the record tells of, under the ledger's lock; what it throws is passed on, and nothing is recorded. */
	readonly work?: () => Promise<unknown>;
}

/**
 * Adds to a ledger what is told outside of a run, and makes it survive a loss of power. Nothing stays open, and no lock in the folder.
 *
 * @returns Path of the ledger.
 * @throws {AppError} As {@link PromptLedger.begin}.
 */
export async function addToLedger(promptFile: string, body: LedgerBody, addition: Addition): Promise<string> {
	const { host } = addition;
	return new OpenLedger(await host.journals.resolve(promptFile), host, SEGMENT_BYTES).add(body, addition);
}

const IGNORED = `# Locks of running processes.
.*.lock
`;

class OpenLedger implements PromptLedger {
	readonly promptFile: string;
	readonly #paths: LedgerPaths;
	readonly #host: LedgerHost;
	readonly #segmentBytes: number;
	#chain: LedgerChain;
	#segments = 0;
	/** The last line that was read, with its newline: as long as it stands where it stood, everything before does. */
	#lastLine = new Uint8Array();
	/** Hashes of the records that were added here. */
	readonly #written: string[] = [];
	/** All was read again, and nobody has looked yet whether they are among it. */
	#isReloaded = false;

	constructor(promptFile: string, host: LedgerHost, segmentBytes: number) {
		this.promptFile = promptFile;
		this.#paths = resolveLedgerPaths(promptFile);
		this.#host = host;
		this.#segmentBytes = segmentBytes;
		this.#chain = new LedgerChain(host.hashes);
	}

	get path(): string {
		return this.#paths.ledger;
	}

	async begin(counts: Counts): Promise<LedgerBeginning> {
		return this.#exclusive((journal) => this.#begin(journal, counts), true);
	}

	async add(body: LedgerBody, { counts, work }: Addition): Promise<string> {
		await this.#exclusive(async (journal) => {
			await this.#begin(journal, counts);
			await work?.();
			this.#append(journal, body);
			await this.#writeHeads(journal);
		});
		return this.path;
	}

	async append(body: LedgerBody): Promise<LedgerRecord> {
		return this.#exclusive((journal) => {
			this.#refuseGaps();
			return this.#append(journal, body);
		}, true);
	}

	async settle(
		end: RunEnd,
		write: (state: SettleState) => Promise<{ readonly counts: Counts } | null>,
	): Promise<LedgerRecord | null> {
		return this.#exclusive(async (journal) => {
			this.#checkWhole(journal);
			this.#refuseGaps();
			const { records } = this.#chain;
			const dead = findDeadRuns(records, this.#watch());
			await journal.sync();
			const state = deriveSettleState(records, end);
			const written = await write(state);
			if (written === null) return null;
			const { counts } = written;
			const open = countOpenRuns(records);
			for (const run of dead.filter((run) => run !== end.run)) {
				const added = open.get(run) ?? { success: 0, failure: 0 };
				this.#append(journal, { kind: 'settled', run, added, counts, complete: false });
			}
			const settled = this.#append(journal, { kind: 'settled', ...end, added: state.added, counts });
			await this.#writeHeads(journal);
			return settled;
		});
	}

	async rename(): Promise<LedgerRecord | null> {
		return this.#exclusive(async (journal) => {
			const { owner, findings } = this.#conclude(journal);
			const to = this.#paths.prompt;
			if (owner?.prompt === to) return null;
			refuseIf(owner === null, this.path, 'there is no ledger to rename');
			this.#refuse(findings.filter(({ code }) => code !== 'foreign-ledger'));
			const record = this.#append(journal, { kind: 'rename', from: owner?.prompt ?? '', to });
			await this.#writeHeads(journal);
			return record;
		});
	}

	#watch() {
		return { writers: this.#host.writers, nowMs: this.#host.clock.nowMs() };
	}

	/**
	 * Opens the journal, with what others added since the last time read and checked.
	 *
	 * @param isKept - More of this run is to come.
	 */
	#exclusive<T>(work: (journal: Journal) => Promise<T> | T, isKept = false): Promise<T> {
		return this.#host.journals.open(
			this.#paths.ledger,
			(journal) => {
				this.#catchUp(journal);
				return work(journal);
			},
			{ isKept },
		);
	}

	#catchUp(journal: Journal): void {
		// What was refused may have been restored since.
		const isRefused = this.#chain.newer !== null || this.#chain.findings.length > 0;
		if (isRefused) this.#lastLine = new Uint8Array();
		const start = this.#chain.place.offset - this.#lastLine.length;
		const bytes = journal.read(start);
		// Another process closed the file with a segment, a merge put other lines in, somebody restored it: all is read again.
		if (this.#lastLine.length === 0 || !startsWith(bytes, this.#lastLine)) {
			this.#reload(journal);
			return;
		}
		this.#feed(bytes.subarray(this.#lastLine.length));
		this.#repair(journal);
	}

	/** A checkout under a running process brings an older state back: results would stand there without their intents, as if somebody had made them up. */
	#refuseGaps(): void {
		if (!this.#isReloaded) return;
		const gone = this.#written.filter((hash) => !this.#chain.known.has(hash)).length;
		this.#isReloaded = gone > 0;
		if (gone === 0) return;
		const what = gone === 1 ? '1 record that stood there is gone' : `${gone} records that stood there are gone`;
		throw new AppError('LEDGER_BROKEN', `Cannot record in ${this.path}: ${what}, an older file was put in its place`, {
			data: { path: this.path, gone },
			advice: 'Run again; if it was not you or git, find out who did it',
		});
	}

	#reload(journal: Journal): void {
		this.#chain = new LedgerChain(this.#host.hashes);
		this.#lastLine = new Uint8Array();
		this.#segments = 0;
		this.#isReloaded = true;
		for (;;) {
			const segment = readBeside(journal, fileNameOf(this.#paths.segment(this.#segments + 1)));
			if (segment === null) break;
			this.#chain.openFile(segment.file);
			this.#chain.feed(segment.bytes);
			this.#segments += 1;
		}
		this.#chain.openFile(fileNameOf(this.#paths.ledger));
		this.#feed(journal.read(0));
	}

	#feed(bytes: Uint8Array): void {
		const whole = this.#chain.feed(bytes);
		if (whole === 0) return;
		const border = whole === 1 ? -1 : bytes.lastIndexOf(10, whole - 2);
		this.#lastLine = bytes.slice(border + 1, whole);
	}

	async #begin(journal: Journal, counts: Counts): Promise<LedgerBeginning> {
		this.#checkWhole(journal);
		const isNew = this.#chain.known.size === 0;
		if (isNew) await this.#adopt(journal, counts);
		// Its maker was killed before it wrote them.
		else if (this.#chain.records.length === 1) await this.#writeHeads(journal);
		else if (journal.size >= this.#segmentBytes) this.#archive(journal);
		const lost = findLostIntents(this.#chain.records, this.#watch());
		for (const body of lost) this.#append(journal, body);
		return { isNew, lost: lost.length, records: this.#chain.records.length };
	}

	/** Refuses what is not as it was written, by everything that shows it; repairs what a crash left. */
	#checkWhole(journal: Journal): void {
		const reading = this.#conclude(journal);
		if (reading.newer !== null) throw newerError(this.path, reading.newer.line);
		this.#refuse(reading.findings);
		if (reading.findings.length === 0) return;
		journal.truncate(reading.wholeBytes);
		this.#reload(journal);
	}

	#conclude(journal: Journal): LedgerReading {
		const heads = readBeside(journal, fileNameOf(this.#paths.heads));
		const tornBytes = journal.size - this.#chain.place.offset;
		return concludeReading(this.#chain, { heads, tornBytes, prompt: this.#paths.prompt });
	}

	/** Between two records of a run only what others added is looked at; what they left half written is no record. */
	#repair(journal: Journal): void {
		if (this.#chain.newer !== null) throw newerError(this.path, this.#chain.newer.line);
		this.#refuse(this.#chain.findings);
		journal.truncate(this.#chain.place.offset);
	}

	#refuse(findings: LedgerReading['findings']): void {
		const first = findings.find(({ isNote }) => !isNote);
		if (first === undefined) return;
		const { file, line } = first.place;
		throw new AppError(
			'LEDGER_BROKEN',
			`Cannot record in ${this.path}: ${first.code} at ${file}:${line}: ${first.message}`,
			{ data: { path: this.path, finding: first }, advice: first.advice },
		);
	}

	async #adopt(journal: Journal, counts: Counts): Promise<void> {
		const { clock, random } = this.#host;
		journal.addBeside(fileNameOf(this.#paths.attributes), encodeUtf8(ATTRIBUTES));
		journal.addBeside(fileNameOf(this.#paths.ignored), encodeUtf8(IGNORED));
		const { prompt } = this.#paths;
		const { success, failure } = counts;
		const ledger = createUuidV7(clock, random);
		this.#append(journal, { kind: 'adopt', ledger, prompt, counts: { success, failure } });
		await this.#writeHeads(journal);
	}

	#archive(journal: Journal): void {
		this.#segments += 1;
		journal.archive(fileNameOf(this.#paths.segment(this.#segments)));
		this.#chain.openFile(fileNameOf(this.#paths.ledger));
		this.#lastLine = new Uint8Array();
	}

	#append(journal: Journal, body: LedgerBody): LedgerRecord {
		this.#repair(journal);
		const at = new Date(this.#host.clock.nowMs()).toISOString();
		const { line, record } = formatRecord(body, { at, prev: [...this.#chain.heads] }, this.#host.hashes);
		const bytes = encodeUtf8(`${line}\n`);
		journal.append(bytes);
		this.#chain.add(record, bytes.length);
		this.#written.push(record.hash);
		this.#lastLine = bytes.slice();
		return record;
	}

	/** Only what is safe already may be named: heads without their record are taken for a ledger that was cut off. */
	async #writeHeads(journal: Journal): Promise<void> {
		await journal.sync();
		const heads = [...this.#chain.heads].sort();
		const bytes = encodeUtf8(heads.map((hash) => `${hash}\n`).join(''));
		await journal.replaceBeside(fileNameOf(this.#paths.heads), bytes);
	}
}

/** Under the lock of the ledger, in the folder that was found to be its own. */
function readBeside(journal: Journal, file: string): LedgerSource | null {
	const bytes = journal.readBeside(file);
	return bytes === null ? null : { file, bytes };
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
	if (bytes.length < start.length) return false;
	// Once a record: `every` would take ten times as long.
	for (let index = 0; index < start.length; index += 1) if (bytes[index] !== start[index]) return false;
	return true;
}

const newerError = (path: string, line: number): AppError =>
	new AppError('LEDGER_NEWER', `Cannot record in ${path}: a newer version of verify wrote line ${line}`, {
		data: { path, line },
		advice: 'Update verify, or run with --no-write',
	});

function refuseIf(isRefused: boolean, path: string, why: string): void {
	if (isRefused) throw new AppError('LEDGER_BROKEN', `Cannot record in ${path}: ${why}`, { data: { path } });
}
