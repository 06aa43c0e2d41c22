import type { IntentBody, LedgerBody, LedgerRecord, ResultBody } from '../../src/core/ledger-records.ts';
import type { Outcome } from '../../src/core/outcomes.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { createNodeJournals } from '../../src/host/node-journals.ts';
import { nodeRandom } from '../../src/host/node-random.ts';
import { createNodeWriters } from '../../src/host/node-writers.ts';
import type { LedgerFiles, LedgerHost } from '../../src/ledger/ledger.ts';
import { formatRecord } from '../../src/ledger/record-line.ts';

/** The real machine. */
export const createLedgerHost = (): LedgerHost => ({
	clock: nodeClock,
	random: nodeRandom,
	hashes: nodeHashes,
	journals: createNodeJournals(),
	writers: createNodeWriters(),
});

/** 64 hex digits that tell one text from another. */
export const digestOf = (text: string): string => nodeHashes.sha256(text);

/** What an attempt of a step is; everything that is not said is plausible. */
export interface AttemptSeed {
	readonly run: string;
	readonly number?: number;
	readonly attempt?: number;
	readonly outcome?: Outcome;
	readonly count?: 'step' | 'run';
	readonly writer?: IntentBody['writer'];
}

/** Makes the intent of an attempt. */
export function intentOf({ run, number = 1, attempt = 1, writer }: AttemptSeed): IntentBody {
	const execution = `${run}-${number}-${attempt}`;
	return {
		kind: 'intent',
		run,
		execution,
		marker: `MARKER_${execution}`,
		step: { number, name: `Step ${number}`, digest: digestOf(`step ${number}`) },
		attempt,
		command_sha256: digestOf(`command ${number}`),
		writer: writer ?? { host: digestOf('host'), pid: 1, started: 'x' },
	};
}

/** Makes the result of an attempt. */
export function resultOf(seed: AttemptSeed): ResultBody {
	const { writer: _, ...attempt } = intentOf(seed);
	const outcome = seed.outcome ?? 'passed';
	return {
		...attempt,
		kind: 'result',
		outcome,
		reason: outcome === 'failed' ? 'exit-code' : null,
		evidence: 'bound',
		evidence_needed: 'bound',
		count: seed.count ?? 'step',
		exit_code: outcome === 'failed' ? 1 : 0,
		signal: null,
		duration_ms: 12.5,
		output_sha256: digestOf(`output ${attempt.execution}`),
		bytes: 42,
		environment_sha256: digestOf('environment'),
		excerpt: outcome === 'failed' ? 'not found' : '',
		executor: 'embedded',
		attestation: null,
	};
}

/** Writes ledgers of any shape, as the product writes them line by line. */
export class LedgerDraft {
	readonly lines: string[] = [];
	readonly records: LedgerRecord[] = [];
	#time = Date.parse('2026-01-01T00:00:00.000Z');

	constructor(prompt = 'build.md') {
		this.add({ kind: 'adopt', ledger: 'l-1', prompt, counts: { success: 0, failure: 0 } }, []);
	}

	/** @param prev - Default: all heads. */
	add(body: LedgerBody, prev: readonly string[] = this.heads()): string {
		this.#time += 1000;
		const { line, record } = formatRecord(body, { at: new Date(this.#time).toISOString(), prev }, nodeHashes);
		this.lines.push(line);
		this.records.push(record);
		return record.hash;
	}

	heads(): readonly string[] {
		const parents = new Set(this.records.flatMap(({ prev }) => prev));
		return this.records.map(({ hash }) => hash).filter((hash) => !parents.has(hash));
	}

	bytes(): Uint8Array {
		return new TextEncoder().encode(this.lines.map((line) => `${line}\n`).join(''));
	}

	/** With the heads of all records. */
	files(bytes: Uint8Array = this.bytes()): LedgerFiles {
		return toFiles(bytes, this.heads());
	}
}

/** The files of the ledger of `build.md`. */
export const toFiles = (bytes: Uint8Array, heads: readonly string[] | null): LedgerFiles => ({
	sources: [{ file: 'build.md.jsonl', bytes }],
	heads:
		heads === null
			? null
			: {
					file: 'build.md.heads',
					bytes: new TextEncoder().encode(
						[...heads]
							.sort()
							.map((hash) => `${hash}\n`)
							.join(''),
					),
				},
});
