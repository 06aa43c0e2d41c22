import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatCanonicalJson, type JsonValue } from '../../src/core/canonical-json.ts';
import type { LedgerBody, LedgerRecord } from '../../src/core/ledger-records.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import type { LedgerReading } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { check } from '../helpers/check.ts';
import { intentOf, LedgerDraft, resultOf, toFiles } from '../helpers/ledger.ts';
import { describe } from '../helpers/suite.ts';

/** 200 records: runs of several steps, and two branches that go apart and come together, from a seed. */
function createDraft(seed: number): LedgerDraft {
	const draft = new LedgerDraft();
	let state = seed;
	const next = (below: number): number => {
		state = (Math.imul(state, 1103515245) + 12345) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
	const zero = { success: 0, failure: 0 };
	while (draft.lines.length < 200) {
		const run = `run-${draft.lines.length}`;
		const number = 1 + next(5);
		const bodies: LedgerBody[] = [
			intentOf({ run, number }),
			resultOf({ run, number, outcome: next(3) === 0 ? 'failed' : 'passed' }),
			{ kind: 'settled', run, added: zero, counts: zero, complete: true },
			{ kind: 'lost', run, execution: run, detail: 'its process is gone' },
			{ kind: 'fix', run, summary: 'x' },
			{ kind: 'recovery', run, summary: 'y' },
		];
		const fork = next(4) === 0 ? draft.heads() : null;
		const grow = (suffix: string): void => {
			const room = 200 - draft.lines.length;
			for (const [index, body] of bodies.slice(0, room).entries()) {
				const own = { ...body, run: `${run}${suffix}` } as LedgerBody;
				const prev = suffix !== '' && index === 0 && fork ? fork : suffix === '' ? draft.heads() : [last];
				last = draft.add(own, prev);
			}
		};
		let last = '';
		if (fork === null) grow('');
		else {
			grow('-ours');
			grow('-theirs');
		}
	}
	return draft;
}

const draft = createDraft(7);
const bytes = draft.bytes();
const verified = new Map<string, LedgerRecord>();
const { heads } = draft.files();
const read = (changed: Uint8Array) =>
	readLedger({ sources: [{ file: 'build.md.jsonl', bytes: changed }], heads }, nodeHashes, {
		prompt: 'build.md',
		verified,
	});
/** Line of each byte, from 1. */
const starts = [0, ...[...bytes.keys()].filter((at) => bytes[at] === 10).map((at) => at + 1)];
read(bytes);
const encode = (lines: readonly string[]): Uint8Array =>
	new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));

/** Fails unless the first thing that is found stands at one of the lines. */
const assertFound = (changed: Uint8Array, lines: readonly number[], what: string): void =>
	assertFirst(read(changed), lines, what);

function assertFirst(reading: LedgerReading | undefined, lines: readonly number[], what: string): void {
	const first = reading?.findings.find(({ isNote }) => !isNote);
	if (first === undefined) throw new Error(`${what}: nothing was found`);
	const { file, line } = first.place;
	if (file !== 'build.md.jsonl' || !lines.includes(line))
		throw new Error(`${what}: found at ${file}:${line}, not at ${lines.join(' or ')}: ${first.code} ${first.message}`);
}

/** Records that a record follows, directly or not. */
function ancestorsOf(index: number): ReadonlySet<string> {
	const found = new Set<string>();
	const byHash = new Map(draft.records.map((record) => [record.hash, record]));
	const open = [...(draft.records[index]?.prev ?? [])];
	for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
		if (found.has(hash)) continue;
		found.add(hash);
		open.push(...(byHash.get(hash)?.prev ?? []));
	}
	return found;
}

describe('readLedger() of 200 records with branches', ({ test }) => {
	test('finds nothing in what was written', () => {
		const reading = read(bytes);
		assert.equal(reading.findings, []);
		assert.is(reading.records.length, 200);
		assert.equal(reading.heads, [...draft.heads()].sort());
		assert.is(reading.wholeBytes, bytes.length);
		assert.ok(
			draft.records.some(({ prev }) => prev.length === 2),
			'there are branches',
		);
		assert.is(reading.records.at(-1)?.place.line, 200);
		assert.is(reading.records.at(-1)?.place.offset, bytes.lastIndexOf(10, bytes.length - 2) + 1);
	});

	test('finds each record that is deleted, where the chain breaks', () => {
		for (let index = 0; index < 200; index += 1) {
			const { hash = '' } = draft.records[index] ?? {};
			const child = draft.records.findIndex(({ prev }) => prev.includes(hash));
			// The first that misses it, which is one line further up now, or the end.
			const line = child === -1 ? 200 : child;
			const lines = index === 0 ? [1] : [line];
			assertFound(encode(draft.lines.toSpliced(index, 1)), lines, `record ${index + 1} deleted`);
		}
	});

	test('finds each record that is duplicated, at the second', () => {
		check(
			fc.property(fc.nat(199), fc.nat(199), (index, other) => {
				const [from, to] = [Math.min(index, other), Math.max(index, other) + 1];
				assertFound(encode(draft.lines.toSpliced(to, 0, draft.lines[from] ?? '')), [to + 1], `record ${from + 1}`);
			}),
			{ numRuns: 200 },
		);
	});

	test('finds every pair that is swapped, unless neither follows the other or what stands between', () => {
		let tolerated = 0;
		for (let upper = 0; upper < 200; upper += 1) {
			for (const distance of [1, 2, 3, 50]) {
				const lower = upper + distance;
				if (lower >= 200) continue;
				const lines = [...draft.lines];
				[lines[upper], lines[lower]] = [lines[lower] ?? '', lines[upper] ?? ''];
				const { hash = '' } = draft.records[upper] ?? {};
				const between = draft.records.slice(upper, lower).map((record) => record.hash);
				const above = ancestorsOf(lower);
				const isOrdered =
					between.some((one) => above.has(one)) ||
					draft.records.slice(upper, lower + 1).some(({ prev }) => prev.includes(hash));
				if (isOrdered || upper === 0) assertFound(encode(lines), range(upper + 1, lower + 1), `${upper} with ${lower}`);
				else {
					tolerated += 1;
					assert.equal(read(encode(lines)).findings, []);
				}
			}
		}
		assert.ok(tolerated > 0 && tolerated < 100, `${tolerated} swaps are another order of two branches`);
	});

	test('finds the end cut off at any record', () => {
		for (let count = 0; count < 200; count += 1)
			assertFound(encode(draft.lines.slice(0, count)), [count + 1], `cut after ${count}`);
	});

	test('finds the end cut off at any byte of the last records', () => {
		for (let length = starts[197] ?? 0; length < bytes.length; length += 1)
			assertFound(bytes.slice(0, length), [lineAt(length), lineAt(length) + 1], `cut at byte ${length}`);
	});

	test('finds each record that is replaced by another valid one', () => {
		for (let index = 0; index < 200; index += 1) {
			const { hash = '', prev = [] } = draft.records[index] ?? {};
			const forged = new LedgerDraft();
			forged.add(resultOf({ run: 'forged' }), index === 0 ? ['0'.repeat(64)] : prev);
			const child = draft.records.findIndex((record) => record.prev.includes(hash));
			const line = child === -1 ? 201 : child + 1;
			const lines = draft.lines.with(index, forged.lines[1] ?? '');
			assertFound(encode(lines), index === 0 ? [1] : [line], `record ${index + 1} replaced`);
		}
	});
});

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function lineAt(offset: number): number {
	let [low, high] = [0, starts.length - 1];
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((starts[middle] ?? 0) <= offset) low = middle;
		else high = middle - 1;
	}
	return low + 1;
}

describe('readLedger() of every byte', ({ test }) => {
	/** What finds a change in the last line but one of the ledger as it stood when it had only this many lines. */
	const readEarlier = Array.from({ length: 201 }, (_, count) => {
		const parents = new Set(draft.records.slice(0, count).flatMap(({ prev }) => prev));
		const ends = draft.records.slice(0, count).flatMap(({ hash }) => (parents.has(hash) ? [] : [hash]));
		const lines = new Map([...verified].slice(0, count));
		return (changed: Uint8Array) =>
			readLedger(toFiles(changed, ends), nodeHashes, { prompt: 'build.md', verified: lines });
	});

	for (let part = 0; part < 5; part += 1) {
		const [from, to] = [part, part + 1].map((part) => Math.floor((bytes.length * part) / 5)) as [number, number];
		test(`finds each that is changed or removed, bytes ${from} to ${to - 1}`, () => {
			for (let at = from; at < to; at += 1) {
				const line = lineAt(at);
				const count = Math.min(line + 1, 200);
				const early = bytes.slice(0, starts[count]);
				early[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
				assertFirst(readEarlier[count]?.(early), [line], `byte ${at} changed`);
				early.copyWithin(at, at + 1);
				early.set(bytes.subarray(at + 1, starts[count]), at);
				assertFirst(readEarlier[count]?.(early.subarray(0, -1)), [line], `byte ${at} removed`);
			}
		});
	}

	test('finds what is changed, removed or put in anywhere, by the whole file', () => {
		const anywhere = fc.nat(bytes.length - 1);
		check(
			fc.property(anywhere, fc.integer({ min: 1, max: 255 }), (at, mask) => {
				const changed = bytes.slice();
				changed[at] = (bytes[at] ?? 0) ^ mask;
				assertFound(changed, [lineAt(at)], `byte ${at} changed`);
				const shorter = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]);
				assertFound(shorter, [lineAt(at)], `byte ${at} removed`);
				const longer = new Uint8Array([...bytes.subarray(0, at), mask, ...bytes.subarray(at)]);
				// At the very end it is a line without a record: a torn end, of which a test below tells.
				if (mask === 10 && at === bytes.length - 1) return;
				// A newline before a newline is a line of its own.
				assertFound(longer, mask === 10 ? [lineAt(at), lineAt(at) + 1] : [lineAt(at)], `byte put in at ${at}`);
			}),
			{ numRuns: 300 },
		);
	});
});

describe('readLedger()', ({ test }) => {
	const codes = (changed: Uint8Array, heads: readonly string[] | null, prompt = 'build.md'): string[] =>
		readLedger(toFiles(changed, heads), nodeHashes, { prompt }).findings.map(
			({ code, isNote, place }) => `${code}${isNote ? ' (note)' : ''} ${place.file}:${place.line}`,
		);
	const small = new LedgerDraft();
	const safe = small.heads();
	small.add(intentOf({ run: 'r' }));
	small.add(resultOf({ run: 'r', outcome: 'failed' }));

	test('takes a torn end for a crash where the heads do not name it, and keeps every whole record', () => {
		const whole = small.bytes();
		for (let length = (small.lines[0]?.length ?? 0) + 2; length < whole.length; length += 1) {
			const reading = readLedger(toFiles(whole.slice(0, length), safe), nodeHashes);
			const ends = whole.subarray(0, length).filter((byte) => byte === 10).length;
			assert.is(reading.records.length, ends);
			const isTorn = whole[length - 1] !== 10;
			assert.equal(
				reading.findings.map(({ code, isNote }) => [code, isNote]),
				isTorn ? [['torn-tail', true]] : [],
			);
			assert.is(reading.wholeBytes, whole.lastIndexOf(10, length - 1) + 1);
		}
		for (const rest of [[...new Uint8Array(50), 10], [10]])
			assert.equal(codes(new Uint8Array([...whole, ...rest]), safe), ['torn-tail (note) build.md.jsonl:4']);
	});

	test('wants every record that the heads name, and heads as soon as there are records', () => {
		assert.equal(codes(small.bytes(), ['0'.repeat(64)]), ['missing-head build.md.jsonl:4']);
		assert.equal(codes(small.bytes(), ['no hash']), ['missing-head build.md.heads:1']);
		assert.equal(codes(small.bytes(), null), ['missing-head build.md.jsonl:4']);
		assert.equal(codes(encode(small.lines.slice(0, 1)), null), []);
		const files = { sources: [], heads: small.files().heads };
		assert.equal(
			readLedger(files, nodeHashes).findings.map(({ code }) => code),
			['missing-head'],
		);
	});

	test('tells a copied ledger, a renamed one and two in one', () => {
		assert.equal(codes(small.bytes(), small.heads(), 'other.md'), ['foreign-ledger build.md.jsonl:1']);
		const renamed = new LedgerDraft('old.md');
		renamed.add({ kind: 'rename', from: 'old.md', to: 'build.md' });
		assert.equal(codes(renamed.bytes(), renamed.heads()), []);
		assert.equal(codes(renamed.bytes(), renamed.heads(), 'old.md'), ['foreign-ledger build.md.jsonl:1']);
		const other = new LedgerDraft('build.md');
		other.add({ kind: 'adopt', ledger: 'l-2', prompt: 'build.md', counts: { success: 9, failure: 0 } }, []);
		assert.equal(codes(other.bytes(), other.heads()), ['second-adopt build.md.jsonl:2']);
	});

	test('names what is newer and reads no further than it understands', () => {
		for (const change of [{ v: 2 }, { kind: 'wish' }]) {
			const content = {
				...intentOf({ run: 'r' }),
				v: 1,
				at: '2026-01-01T00:00:00.000Z',
				prev: small.heads(),
				...change,
			};
			const hash = nodeHashes.sha256(formatCanonicalJson(content as unknown as JsonValue));
			const line = formatCanonicalJson({ ...content, hash } as unknown as JsonValue);
			const reading = readLedger(toFiles(encode([...small.lines, line]), [hash]), nodeHashes);
			assert.equal([reading.findings, reading.newer?.line, reading.records.length], [[], 4, 3]);
		}
	});

	test('keeps members that it does not know, so that hashes hold', () => {
		const extended = new LedgerDraft();
		extended.add({ ...intentOf({ run: 'r' }), note: { later: [1, 'ü', null] } } as LedgerBody);
		const reading = readLedger(extended.files(), nodeHashes);
		assert.equal(reading.findings, []);
		assert.equal((reading.records[1]?.record as unknown as { note: unknown }).note, { later: [1, 'ü', null] });
	});

	test('never throws and never takes other bytes for records', () => {
		check(
			fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (noise) => {
				const reading = readLedger(toFiles(noise, null), nodeHashes);
				assert.is(reading.records.length, 0);
			}),
		);
		const deep = new TextEncoder().encode(`${'['.repeat(200_000)}\n\n`);
		assert.ok(readLedger(toFiles(deep, null), nodeHashes).findings.length > 0);
	});
});
