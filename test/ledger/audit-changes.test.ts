import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { LedgerRecord } from '../../src/core/ledger-records.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { nodeSignatures } from '../../src/host/node-signatures.ts';
import { type AuditReport, auditLedger } from '../../src/ledger/audit.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { formatRecord } from '../../src/ledger/record-line.ts';
import { check } from '../helpers/check.ts';
import { intentOf, LedgerDraft, resultOf, toFiles } from '../helpers/ledger.ts';
import { describe } from '../helpers/suite.ts';

const RECORDS = 200;

/** Runs of two steps; after every third run two branches go apart and come together. */
function createDraft(): LedgerDraft {
	const draft = new LedgerDraft();
	for (let run = 0; draft.lines.length < RECORDS; run += 1) {
		const fork = run % 3 === 2 ? draft.heads() : null;
		addRun(draft, `run-${run}`, draft.heads());
		if (fork !== null) addRun(draft, `run-${run}-theirs`, fork);
	}
	return draft;
}

function addRun(draft: LedgerDraft, run: string, heads: readonly string[]): void {
	const zero = { success: 0, failure: 0 };
	const bodies = [1, 2].flatMap((number) => {
		const marker = `MARKER_step_1767225600_${String(draft.lines.length + number).padStart(26, '0')}`;
		const outcome = draft.lines.length % 7 === number ? 'failed' : 'passed';
		return [
			{ ...intentOf({ run, number }), marker },
			{ ...resultOf({ run, number, outcome }), marker },
		];
	});
	let prev = heads;
	for (const body of [...bodies, { kind: 'settled', run, added: zero, counts: zero, complete: true } as const]) {
		if (draft.lines.length < RECORDS) prev = [draft.add(body, prev)];
	}
}

const draft = createDraft();
const bytes = draft.bytes();
const verified = new Map<string, LedgerRecord>();
const encode = (lines: readonly string[]): Uint8Array =>
	new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));

/** As `verify audit` does; the prompt has the counts that were derived before anything was changed. */
function audit(changed: Uint8Array): AuditReport {
	const reading = readLedger(toFiles(changed, draft.heads()), nodeHashes, { prompt: 'build.md', verified });
	const claims = { file: 'prompts/build.md', counts, isGraduated: false };
	const writers = { self: { host: '', pid: 1, started: '' }, stateOf: () => 'gone' as const };
	const host = { signatures: nodeSignatures, writers, nowMs: Date.parse('2026-01-02'), isEarned: () => false };
	return auditLedger({ claims, reading, past: [], keys: null }, host);
}
let counts: { readonly success: number; readonly failure: number } | null = null;
counts = audit(bytes).derived?.total ?? null;

/** Fails unless the audit fails, and the first thing that it names stands at one of the lines. */
function assertNamed(changed: Uint8Array, lines: readonly number[], what: string): void {
	const { isIntact, findings } = audit(changed);
	if (isIntact) throw new Error(`${what}: nothing was found`);
	const { code, place, message } = findings[0] ?? {};
	if (place?.file !== 'build.md.jsonl' || !lines.includes(place.line))
		throw new Error(`${what}: named ${place?.file}:${place?.line}, not ${lines.join(' or ')}: ${code} ${message}`);
}

/** Fails unless the audit tells of a torn end at the line, and of nothing else that it does not tell of the ledger as it is. */
function assertTorn(changed: Uint8Array, line: number): void {
	const before = new Set(audit(bytes).findings.map(({ code }) => code));
	const told = audit(changed).findings.filter(({ code }) => !before.has(code));
	assert.equal(
		told.map(({ code, place, isNote }) => [code, place?.line, isNote]),
		[['torn-tail', line, true]],
	);
}

/** Lines, from 1, of the records that follow one directly; of one that nobody follows the end. */
function followersOf(index: number): readonly number[] {
	const { hash = '' } = draft.records[index] ?? {};
	const lines = draft.records.flatMap(({ prev }, at) => (prev.includes(hash) ? [at + 1] : []));
	return lines.length === 0 ? [RECORDS + 1] : lines;
}

const everyIndex = Array.from({ length: RECORDS }, (_, index) => index);

describe('auditLedger() of 200 records', ({ test }) => {
	test('finds nothing as long as nothing is changed', () => {
		assert.is(draft.lines.length, RECORDS);
		assert.equal(
			audit(bytes).findings.filter(({ isNote }) => !isNote),
			[],
		);
		assert.ok((counts?.success ?? 0) > 50 && (counts?.failure ?? 0) > 5);
		assert.ok(draft.records.some(({ prev }) => prev.length === 2));
	});

	test('names the place where each of them was deleted', () => {
		for (const index of everyIndex) {
			const lines = index === 0 ? [1] : followersOf(index).map((line) => line - 1);
			assertNamed(encode(draft.lines.toSpliced(index, 1)), lines, `record ${index + 1} deleted`);
		}
	});

	test('names each that stands there twice', () => {
		for (const index of everyIndex)
			assertNamed(
				encode(draft.lines.toSpliced(index, 0, draft.lines[index] ?? '')),
				[index + 2],
				`record ${index + 1}`,
			);
	});

	test('names the place where two changed places, unless they are of two branches', () => {
		let tolerated = 0;
		for (const index of everyIndex.slice(1)) {
			const [upper = '', lower = ''] = draft.lines.slice(index - 1);
			const swapped = encode(draft.lines.with(index - 1, lower).with(index, upper));
			const isLinked = followersOf(index - 1).includes(index + 1);
			if (isLinked || index === 1) assertNamed(swapped, [index, index + 1], `records ${index} and ${index + 1}`);
			else {
				tolerated += 1;
				assert.ok(audit(swapped).isIntact);
			}
		}
		assert.ok(tolerated > 0 && tolerated < 30, `${tolerated} are another order of two branches`);
	});

	test('names the end, after whichever of them it was cut off', () => {
		for (const index of everyIndex)
			assertNamed(encode(draft.lines.slice(0, index)), [index + 1], `cut off after ${index} records`);
	});

	test('names who follows each that was changed and got its right hash', () => {
		for (const index of everyIndex) {
			const { hash: _, v: __, at, prev = [], ...body } = draft.records[index] as LedgerRecord;
			const link = { at: new Date(Date.parse(at) + 1).toISOString(), prev };
			const { line } = formatRecord(body, link, nodeHashes);
			assertNamed(encode(draft.lines.with(index, line)), followersOf(index), `record ${index + 1} forged`);
		}
	});

	test('tells of an empty line at the end, as of any torn end', () => {
		assertTorn(new Uint8Array([...bytes, 10]), RECORDS + 1);
	});

	test('names the line of any byte that was changed, removed or put in', () => {
		const lineAt = (at: number): number => 1 + bytes.subarray(0, at).filter((byte) => byte === 10).length;
		check(
			fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
				const line = lineAt(at);
				const changed = bytes.slice();
				changed[at] = (bytes[at] ?? 0) ^ mask;
				assertNamed(changed, [line], `byte ${at} changed`);
				const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
				assertNamed(new Uint8Array([...before, ...after.subarray(1)]), [line], `byte ${at} removed`);
				// A newline before a newline is a line of its own.
				const lines = mask === 10 ? [line, line + 1] : [line];
				const longer = new Uint8Array([...before, mask, ...after]);
				// At the very end it is a line without a record: torn, which is told and no offence.
				if (mask === 10 && at === bytes.length - 1) assertTorn(longer, line + 1);
				else assertNamed(longer, lines, `byte put in at ${at}`);
			}),
			{ numRuns: 200 },
		);
	});
});
