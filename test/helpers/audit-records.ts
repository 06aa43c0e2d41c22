import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type Attestation, type AttestationStatement, formatStatement } from '../../src/core/attestation.ts';
import { formatCanonicalJson, type JsonValue } from '../../src/core/canonical-json.ts';
import type { IntentBody, LedgerBody, LedgerRecord, ResultBody } from '../../src/core/ledger-records.ts';
import type { Counts } from '../../src/core/outcomes.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import type { LedgerReading, PlacedRecord } from '../../src/ledger/ledger.ts';

const START_MS = Date.parse('2026-01-01T00:00:00.000Z');

/** A digest that a test can tell from others. */
export const digestOf = (text: string): string => nodeHashes.sha256(text);

/** Builds a ledger record by record, each a second after and linked to the one before. */
export class AuditRecords {
	readonly placed: PlacedRecord[] = [];
	#executions = 0;

	constructor(adopted: Counts = { success: 0, failure: 0 }) {
		this.add({ kind: 'adopt', ledger: '019b76da-a800-7000-8000-000000000000', prompt: 'build.md', counts: adopted });
	}

	/** @param at - Milliseconds; default: a second after the record before. */
	add(body: LedgerBody, at = START_MS + this.placed.length * 1000): LedgerRecord {
		const last = this.placed.at(-1)?.record;
		const link = { v: 1 as const, at: new Date(at).toISOString(), prev: last ? [last.hash] : [] };
		const content = { ...body, ...link };
		const record = { ...content, hash: digestOf(formatCanonicalJson(content as unknown as JsonValue)) } as LedgerRecord;
		const place = { file: 'build.md.jsonl', line: this.placed.length + 1, offset: 0 };
		this.placed.push({ record, place });
		return record;
	}

	/** Adds the intent of one more execution. */
	intent(run: string, change: Partial<IntentBody> = {}): IntentBody {
		this.#executions += 1;
		const number = change.step?.number ?? 1;
		const body: IntentBody = {
			kind: 'intent',
			run,
			execution: `execution-${this.#executions}`,
			marker: `MARKER_step_1767225600_${String(this.#executions).padStart(26, '0')}`,
			step: { number, name: `Step ${number}`, digest: digestOf(`step ${number}`) },
			attempt: 1,
			command_sha256: digestOf(`command ${number}`),
			writer: { host: 'here', pid: 1, started: '1' },
			...change,
		};
		this.add(body);
		return body;
	}

	/** Adds what an intent came to; default: a pass that is bound. */
	result(intent: IntentBody, change: Partial<ResultBody> = {}): ResultBody {
		const body = { ...resultOf(intent), ...change };
		this.add(body);
		return body;
	}

	/** Adds a whole run with these outcomes, one a step. */
	run(run: string, outcomes: readonly ResultBody['outcome'][], change: Partial<ResultBody> = {}): this {
		outcomes.forEach((outcome, index) => {
			const step = { number: index + 1, name: `Step ${index + 1}`, digest: digestOf(`step ${index + 1}`) };
			this.result(this.intent(run, { step }), { outcome, ...change });
		});
		return this.settle(run);
	}

	settle(run: string, complete = true): this {
		this.add({ kind: 'settled', run, added: { success: 0, failure: 0 }, counts: { success: 0, failure: 0 }, complete });
		return this;
	}

	/** As a reader without findings would give it. */
	reading(): LedgerReading {
		return {
			records: this.placed,
			findings: [],
			heads: this.placed.slice(-1).map(({ record }) => record.hash),
			wholeBytes: 0,
			newer: null,
			owner: { ledger: '019b76da-a800-7000-8000-000000000000', prompt: 'build.md' },
		};
	}
}

/** A pass that is bound, as it follows an intent. */
export const resultOf = ({ run, execution, marker, step, attempt, command_sha256 }: IntentBody): ResultBody => ({
	kind: 'result',
	run,
	execution,
	marker,
	step,
	attempt,
	command_sha256,
	outcome: 'passed',
	reason: null,
	evidence: 'bound',
	evidence_needed: 'bound',
	count: 'step',
	exit_code: 0,
	signal: null,
	duration_ms: 5,
	output_sha256: digestOf('ok\n'),
	bytes: 3,
	environment_sha256: digestOf('linux'),
	excerpt: '',
	executor: 'embedded',
	attestation: null,
});

/** An executor's key. */
export const createKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

/** Signs a result as an executor would have. */
export function attest(result: ResultBody, key: KeyObject, change: Partial<AttestationStatement> = {}): Attestation {
	const signer = createNodeSigner(key);
	const statement: AttestationStatement = {
		v: 1,
		execution_id: result.execution,
		marker: result.marker,
		subject: result.step.digest,
		command_sha256: result.command_sha256,
		exit_code: result.exit_code,
		signal: result.signal,
		output_sha256: result.output_sha256 ?? '',
		bytes: result.bytes,
		dropped_bytes: 0,
		started_at: START_MS + 1000,
		ended_at: START_MS + 2000,
		...change,
	};
	return {
		algorithm: 'Ed25519',
		public_key: signer.publicKey(),
		statement,
		signature: signer.sign(formatStatement(statement)),
	};
}
