import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AddRecord, KeyOwner, Seal, TakeSignature } from '../../scripts/testing/forgery-cases.ts';
import { type AttestationStatement, formatStatement } from '../../src/core/attestation.ts';
import { formatCanonicalJson, type JsonValue } from '../../src/core/canonical-json.ts';
import type { ResultBody } from '../../src/core/ledger-records.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { HEADS, LEDGER } from './audited-sandbox.ts';
import type { Sandbox } from './verify-cli.ts';

type RawRecord = Record<string, unknown> & { hash: string; prev: string[] };

const STRANGER = generateKeyPairSync('ed25519').privateKey;

/** The ledger of a sandbox in the hands of somebody who knows its format and has every tool. */
export class ForgedLedger {
	readonly records: RawRecord[];
	readonly #sandbox: Sandbox;

	constructor(sandbox: Sandbox) {
		this.#sandbox = sandbox;
		this.records = sandbox
			.read(LEDGER)
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as RawRecord);
	}

	/** @param set - New values by path, such as `step.name`. */
	edit(line: number, set: Readonly<Record<string, unknown>>): void {
		for (const [path, value] of Object.entries(set)) assign(this.#at(line), path.split('.'), value);
	}

	add({ like, set, after }: AddRecord): void {
		const prev = after === undefined ? this.#heads() : [this.#at(after).hash];
		this.records.push({ ...structuredClone(this.#at(like)), prev, hash: '' });
		const line = this.records.length;
		this.edit(line, set);
		this.seal(line, 'itself');
		this.writeHeads();
	}

	takeSignature({ from, line }: TakeSignature): void {
		this.edit(line, { attestation: this.#at(from).attestation });
	}

	/** What followed a record that is gone follows what that one followed. */
	drop(lines: readonly number[]): void {
		const gone = new Map(lines.map((line) => [this.#at(line).hash, this.#at(line).prev]));
		const present = (hash: string): readonly string[] => gone.get(hash)?.flatMap(present) ?? [hash];
		const kept = this.records.filter(({ hash }) => !gone.has(hash));
		for (const record of kept) record.prev = record.prev.flatMap(present);
		this.records.splice(0, this.records.length, ...kept);
	}

	/** Signs what a result says, whatever it says. */
	sign(line: number, owner: KeyOwner): void {
		const record = this.#at(line) as unknown as ResultBody & { attestation: { statement: AttestationStatement } };
		const statement: AttestationStatement = {
			...record.attestation.statement,
			execution_id: record.execution,
			marker: record.marker,
			subject: record.step.digest,
			command_sha256: record.command_sha256,
			exit_code: record.exit_code,
			output_sha256: record.output_sha256 ?? '',
			bytes: record.bytes,
		};
		const signer = createNodeSigner(keyOf(owner, this.#sandbox));
		const signature = signer.sign(formatStatement(statement));
		this.edit(line, { attestation: { algorithm: 'Ed25519', public_key: signer.publicKey(), statement, signature } });
	}

	/** Gives a record its hash, or all of them theirs, with the links and the heads. */
	seal(line: number, seal: Seal): void {
		if (seal === 'itself') this.#at(line).hash = digest(this.#at(line));
		if (seal !== 'all') return;
		const renamed = new Map<string, string>();
		for (const record of this.records) {
			record.prev = record.prev.map((hash) => renamed.get(hash) ?? hash).sort();
			const hash = digest(record);
			renamed.set(record.hash, hash);
			record.hash = hash;
		}
		this.writeHeads();
	}

	write(): void {
		const lines = this.records.map((record) => `${formatCanonicalJson(record as JsonValue)}\n`);
		this.#sandbox.write(LEDGER, lines.join(''));
	}

	writeHeads(): void {
		this.#sandbox.write(HEADS, `${this.#heads().join('\n')}\n`);
	}

	#heads(): string[] {
		const parents = new Set(this.records.flatMap(({ prev }) => prev));
		return this.records.flatMap(({ hash }) => (parents.has(hash) ? [] : [hash])).sort();
	}

	#at(line: number): RawRecord {
		const record = this.records[line - 1];
		if (record === undefined) throw new Error(`The ledger has no line ${line}`);
		return record;
	}
}

/** The public half, as a list of keys has it. */
export const publicKeyOf = (owner: KeyOwner, sandbox: Sandbox): string =>
	createNodeSigner(keyOf(owner, sandbox)).publicKey();

const keyOf = (owner: KeyOwner, sandbox: Sandbox): KeyObject =>
	owner === 'stranger' ? STRANGER : createPrivateKey(sandbox.read('.state/tenfold/executor.key'));

function assign(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
	const [name = '', ...rest] = path;
	if (rest.length === 0) target[name] = value;
	else assign(target[name] as Record<string, unknown>, rest, value);
}

function digest({ hash: _, ...content }: RawRecord): string {
	return nodeHashes.sha256(formatCanonicalJson(content as unknown as JsonValue));
}
