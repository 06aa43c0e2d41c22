import { execFileSync } from 'node:child_process';
import { readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { isAppError } from '../../src/core/errors.ts';
import type { Counts } from '../../src/core/outcomes.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import type { LedgerHost, SettleState } from '../../src/ledger/ledger.ts';
import { resolveLedgerPaths } from '../../src/ledger/ledger-paths.ts';
import { loadLedger } from '../../src/ledger/load-ledger.ts';
import { addToLedger, openLedger, renameLedger } from '../../src/ledger/open-ledger.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { createLedgerHost, intentOf, resultOf } from '../helpers/ledger.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const host = createLedgerHost();
const none: Counts = { success: 0, failure: 0 };

async function read(prompt: string) {
	const paths = resolveLedgerPaths(prompt);
	return readLedger(await loadLedger(paths, host.journals), nodeHashes, { prompt: paths.prompt });
}

/** A whole run with one step, as the product makes it. */
async function run(prompt: string, id: string, settings: { count?: 'step' | 'run'; segmentBytes?: number } = {}) {
	const ledger = await openLedger(prompt, host, settings);
	await ledger.begin(none);
	await ledger.append(intentOf({ run: id, writer: host.writers.self }));
	await ledger.append(resultOf({ run: id, count: settings.count ?? 'step' }));
	let state: SettleState | undefined;
	await ledger.settle({ run: id, complete: true }, async (found) => {
		state = found;
		return { counts: found.total };
	});
	return { ledger, state };
}

describe('openLedger()', ({ test }) => {
	test('begins with the counts of the file, and ends a run with what the ledger derives', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		const ledger = await openLedger(prompt, host);
		assert.equal(await ledger.begin({ success: 7, failure: 2 }), { isNew: true, lost: 0, records: 1 });
		assert.equal(await ledger.begin(none), { isNew: false, lost: 0, records: 1 });
		for (const [number, outcome] of [
			[1, 'passed'],
			[2, 'failed'],
		] as const) {
			await ledger.append(intentOf({ run: 'r', number, writer: host.writers.self }));
			await ledger.append(resultOf({ run: 'r', number, outcome }));
		}
		const settled = await ledger.settle({ run: 'r', complete: true }, async ({ added, total, resolve }) => {
			assert.equal(
				[added, total],
				[
					{ success: 1, failure: 1 },
					{ success: 8, failure: 3 },
				],
			);
			assert.equal(resolve({ success: 7, failure: 2 }), { counts: total, isExplained: true });
			assert.equal(resolve({ success: 8, failure: 3 }), { counts: total, isExplained: true });
			assert.equal(resolve({ success: 90, failure: 2 }), { counts: { success: 91, failure: 3 }, isExplained: false });
			assert.equal(resolve({ success: 6, failure: 2 }), { counts: { success: 7, failure: 3 }, isExplained: false });
			return { counts: total };
		});
		assert.is(settled?.kind, 'settled');
		const reading = await read(prompt);
		assert.equal(reading.findings, []);
		assert.equal(
			reading.records.map(({ record }) => record.kind),
			['adopt', 'intent', 'result', 'intent', 'result', 'settled'],
		);
		assert.equal((await readdir(join(folder.path, '.ledger'))).sort(), [
			'.gitattributes',
			'.gitignore',
			'build.md.heads',
			'build.md.jsonl',
		]);
		assert.is(await readFile(join(folder.path, '.ledger/build.md.heads'), 'utf8'), `${settled?.hash}\n`);
	});

	test('leaves a run open whose counts could not be written; the next one that settles writes them', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		const gone: LedgerHost = { ...host, writers: { ...host.writers, stateOf: () => 'gone' } };
		const ledger = await openLedger(prompt, gone);
		await ledger.begin(none);
		await ledger.append(intentOf({ run: 'a' }));
		await ledger.append(resultOf({ run: 'a' }));
		assert.is(await ledger.settle({ run: 'a', complete: true }, async () => null), null);
		const error = new Error('the prompt is gone');
		assert.is(await rejection(ledger.settle({ run: 'a', complete: true }, () => Promise.reject(error))), error);
		await ledger.append(intentOf({ run: 'b' }));
		await ledger.append(resultOf({ run: 'b' }));
		await ledger.settle({ run: 'b', complete: true }, async ({ total, added, resolve }) => {
			assert.equal(
				[added, total],
				[
					{ success: 1, failure: 0 },
					{ success: 2, failure: 0 },
				],
			);
			assert.ok(resolve(none).isExplained);
			return { counts: total };
		});
		const settled = (await read(prompt)).records.flatMap(({ record }) => (record.kind === 'settled' ? [record] : []));
		assert.equal(
			settled.map(({ run, complete }) => [run, complete]),
			[
				['a', false],
				['b', true],
			],
		);
	});

	test('counts a run as a whole once it has come to its end', async () => {
		await using folder = await createTempFolder();
		const { state } = await run(join(folder.path, 'build.md'), 'r', { count: 'run' });
		assert.equal(
			[state?.added, state?.total],
			[
				{ success: 1, failure: 0 },
				{ success: 1, failure: 0 },
			],
		);
	});

	test('marks the intents of dead runs as lost, once, and leaves those of live ones', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		const ledger = await openLedger(prompt, host);
		await ledger.begin(none);
		await ledger.append(intentOf({ run: 'dead', writer: { ...host.writers.self, started: 'an earlier start' } }));
		await ledger.append(intentOf({ run: 'alive', writer: host.writers.self }));
		await ledger.append(intentOf({ run: 'elsewhere' }));
		assert.is((await ledger.begin(none)).lost, 1);
		assert.is((await ledger.begin(none)).lost, 0);
		const later = { ...host, clock: { ...host.clock, nowMs: () => Date.now() + 86_401_000 } };
		assert.is((await (await openLedger(prompt, later)).begin(none)).lost, 1);
		const lost = (await read(prompt)).records.flatMap(({ record }) => (record.kind === 'lost' ? [record.run] : []));
		assert.equal(lost, ['dead', 'elsewhere']);
	});

	test('repairs a torn end and loses no whole record', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		const ledger = await openLedger(prompt, host);
		await ledger.begin(none);
		await ledger.append(intentOf({ run: 'r', writer: host.writers.self }));
		const whole = await readFile(ledger.path);
		await writeFile(ledger.path, Buffer.concat([whole, Buffer.from('{"at":"20')]));
		assert.is((await (await openLedger(prompt, host)).begin(none)).records, 2);
		assert.equal(await readFile(ledger.path), whole);
		// Another one is torn while the ledger is open.
		await writeFile(ledger.path, Buffer.concat([whole, Buffer.from('{"at":"20')]));
		await ledger.append(resultOf({ run: 'r' }));
		const reading = await read(prompt);
		assert.equal([reading.findings, reading.records.length], [[], 3]);
	});

	test('writes nothing into a ledger that is not as it was written', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		const { ledger } = await run(prompt, 'r');
		const whole = await readFile(ledger.path);
		const cut = whole.lastIndexOf(10, whole.length - 2) + 1;
		await truncate(ledger.path, cut);
		const other = await openLedger(prompt, host);
		for (const act of [() => other.begin(none), () => ledger.settle({ run: 'r', complete: true }, async () => null)]) {
			const error = await rejection(act());
			assert.ok(isAppError(error) && error.code === 'LEDGER_BROKEN', String(error));
			assert.match(error.message, /missing-head at build\.md\.jsonl:4/);
		}
		assert.is((await readFile(ledger.path)).length, cut);
		await writeFile(ledger.path, whole.toString().replace('"passed"', '"failed"'));
		const error = await rejection(other.begin(none));
		assert.match(String(error), /changed-record at build\.md\.jsonl:3/);
		await writeFile(ledger.path, whole);
		assert.is((await other.begin(none)).isNew, false);
	});

	test('refuses a copied ledger until a person says that the prompt was renamed', async () => {
		await using folder = await createTempFolder();
		await run(join(folder.path, 'old.md'), 'r');
		for (const kind of ['jsonl', 'heads'])
			await rename(join(folder.path, `.ledger/old.md.${kind}`), join(folder.path, `.ledger/new.md.${kind}`));
		const prompt = join(folder.path, 'new.md');
		const ledger = await openLedger(prompt, host);
		assert.match(String(await rejection(ledger.begin(none))), /belongs to old\.md, not to new\.md/);
		assert.is((await renameLedger(prompt, host))?.kind, 'rename');
		assert.is(await renameLedger(prompt, host), null);
		assert.is((await ledger.begin(none)).isNew, false);
		assert.equal((await read(prompt)).findings, []);
	});

	test('closes a big ledger with a segment and goes on as one chain, also where it was open', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		const open = await openLedger(prompt, host);
		await open.begin(none);
		for (let index = 0; index < 3; index += 1) {
			const { state } = await run(prompt, `r${index}`, { segmentBytes: 2000 });
			assert.is(state?.total.success, index * 2 + 1);
			await open.append(intentOf({ run: `s${index}`, writer: host.writers.self }));
			await open.append(resultOf({ run: `s${index}` }));
		}
		const names = (await readdir(join(folder.path, '.ledger'))).filter((name) => name.endsWith('.jsonl')).sort();
		assert.equal(names, ['build.md.1.jsonl', 'build.md.2.jsonl', 'build.md.jsonl']);
		const reading = await read(prompt);
		assert.equal([reading.findings, reading.records.length], [[], 1 + 3 * 5]);
		await rename(join(folder.path, '.ledger/build.md.1.jsonl'), join(folder.path, '.ledger/gone'));
		assert.is((await read(prompt)).findings[0]?.code, 'missing-parent');
	});

	test('keeps what two clones added, merged by git alone', async () => {
		await using folder = await createTempFolder();
		const git = (cwd: string, ...args: string[]): string =>
			execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd, encoding: 'utf8' });
		const [ours, theirs] = [join(folder.path, 'ours'), join(folder.path, 'theirs')];
		git(folder.path, 'init', '-q', '-b', 'main', ours);
		await run(join(ours, 'build.md'), 'base');
		git(ours, 'add', '.');
		git(ours, 'commit', '-qm', 'base');
		git(folder.path, 'clone', '-q', ours, theirs);
		for (const [clone, name] of [
			[ours, 'ours'],
			[theirs, 'theirs'],
		] as const) {
			await run(join(clone, 'build.md'), `${name}-1`);
			await run(join(clone, 'build.md'), `${name}-2`);
			git(clone, 'commit', '-qam', name);
		}
		git(ours, 'pull', '-q', '--no-rebase', '--no-edit', theirs, 'main');
		const merged = await read(join(ours, 'build.md'));
		assert.equal([merged.findings, merged.records.length, merged.heads.length], [[], 1 + 5 * 3, 2]);
		const { state } = await run(join(ours, 'build.md'), 'after');
		assert.equal(state?.total, { success: 6, failure: 0 });
		const after = await read(join(ours, 'build.md'));
		assert.equal([after.findings, after.heads.length], [[], 1]);
	});
});

describe('openLedger() whose files are exchanged meanwhile', ({ test }) => {
	test('adds nothing to an older state of them, as a checkout brings it back', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		await run(prompt, 'former');
		const { ledger: path } = resolveLedgerPaths(prompt);
		const older = await readFile(path);
		const ledger = await openLedger(prompt, host);
		await ledger.begin(none);
		await ledger.append(intentOf({ run: 'r', writer: host.writers.self }));
		// A new file in its place, as git makes it.
		await rm(path);
		await writeFile(path, older);
		const settled = { write: 0 };
		for (const late of [
			() => ledger.append(resultOf({ run: 'r' })),
			() =>
				ledger.settle({ run: 'r', complete: true }, async ({ total }) => {
					settled.write += 1;
					return { counts: total };
				}),
		]) {
			const error = await rejection(late());
			assert.ok(isAppError(error) && error.code === 'LEDGER_BROKEN', String(error));
			assert.is(
				error.message,
				`Cannot record in ${path}: 1 record that stood there is gone, an older file was put in its place`,
			);
			assert.match(error.advice ?? '', /^Run again/);
		}
		assert.is(settled.write, 0);
		assert.equal(await readFile(path), older);
		assert.equal((await read(prompt)).findings, []);
	});

	test('goes on where all records came back', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		const { ledger: path } = resolveLedgerPaths(prompt);
		const ledger = await openLedger(prompt, host);
		await ledger.begin(none);
		const older = await readFile(path);
		await ledger.append(intentOf({ run: 'r', writer: host.writers.self }));
		const newest = await readFile(path);
		await writeFile(path, older);
		assert.match(String(await rejection(ledger.append(resultOf({ run: 'r' })))), /is gone/);
		await writeFile(path, newest);
		await ledger.append(resultOf({ run: 'r' }));
		assert.equal((await read(prompt)).findings, []);
	});
});

describe('addToLedger()', ({ test }) => {
	const fix = { kind: 'fix', run: 'r', summary: 's' } as const;
	const settledNames = ['.gitattributes', '.gitignore', 'build.md.heads', 'build.md.jsonl'];

	test('adds to the records of a run, and leaves neither a lock nor anything that could be cut off unseen', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		await run(prompt, 'r');
		const path = await addToLedger(prompt, fix, { host, counts: none });
		assert.is(path, join(folder.path, '.ledger/build.md.jsonl'));
		const { findings, records, heads } = await read(prompt);
		assert.equal([findings, records.at(-1)?.record.kind], [[], 'fix']);
		assert.is(await readFile(join(folder.path, '.ledger/build.md.heads'), 'utf8'), `${heads[0]}\n`);
		assert.equal((await readdir(join(folder.path, '.ledger'))).sort(), settledNames);
	});

	test('adopts the counts of a prompt without a ledger, and records nothing of what could not be done', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		const work = async () => {
			throw new Error('changed meanwhile');
		};
		const error = await rejection(addToLedger(prompt, fix, { host, counts: { success: 7, failure: 2 }, work }));
		assert.match(String(error), /changed meanwhile/);
		const { findings, records } = await read(prompt);
		assert.equal(findings, []);
		assert.equal(
			records.map(({ record }) => record.kind === 'adopt' && record.counts),
			[{ success: 7, failure: 2 }],
		);
		assert.equal((await readdir(join(folder.path, '.ledger'))).sort(), settledNames);
	});
});
