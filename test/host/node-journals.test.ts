import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { isAppError } from '../../src/core/errors.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { createNodeJournals } from '../../src/host/node-journals.ts';
import { createNodeWriters } from '../../src/host/node-writers.ts';
import { tallyRuns } from '../../src/ledger/audit-tally.ts';
import type { LedgerReading } from '../../src/ledger/ledger.ts';
import { resolveLedgerPaths } from '../../src/ledger/ledger-paths.ts';
import { loadLedger } from '../../src/ledger/load-ledger.ts';
import { addToLedger, openLedger } from '../../src/ledger/open-ledger.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { createLedgerHost, intentOf } from '../helpers/ledger.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const journals = createNodeJournals();
const program = await bundleProgram('test/fixtures/programs/append-ledger.ts');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: Uint8Array | null): string | null => (found === null ? null : new TextDecoder().decode(found));

async function read(prompt: string): Promise<LedgerReading> {
	return readLedger(await loadLedger(resolveLedgerPaths(prompt), journals), nodeHashes, { prompt: 'build.md' });
}

describe('createNodeJournals()', ({ test, skip }) => {
	test('appends, reads from where it was left, cuts off, and makes the folder', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'a/b/j.jsonl');
		await journals.open(path, async (journal) => {
			assert.is(journal.size, 0);
			journal.append(bytes('one\n'));
			journal.append(bytes('two\n'));
			assert.is(text(journal.read(4)), 'two\n');
			assert.is(text(journal.read(8)), '');
			journal.truncate(6);
			await journal.sync();
			assert.is(journal.size, 6);
		});
		assert.is(text(await journals.read(path)), 'one\ntw');
		assert.is(await journals.read(join(folder.path, 'none')), null);
		assert.equal(await readdir(join(folder.path, 'a/b')), ['j.jsonl']);
	});

	test('makes no file for who only looks', async () => {
		await using folder = await createTempFolder();
		await journals.open(join(folder.path, 'j'), (journal) => assert.is(journal.size, 0));
		assert.equal(await readdir(folder.path), []);
	});

	test('closes a file with a segment, but never over another one', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'j');
		await journals.open(path, (journal) => {
			journal.append(bytes('one\n'));
			journal.archive('j.1');
			assert.is(journal.size, 0);
			journal.append(bytes('two\n'));
			assert.throws(() => journal.archive('j.1'), /that name is taken/);
			journal.append(bytes('three\n'));
		});
		assert.equal(
			[text(await journals.read(join(folder.path, 'j.1'))), text(await journals.read(path))],
			['one\n', 'two\nthree\n'],
		);
	});

	test('refuses a link that leads out of the folder, and follows one that does not', async () => {
		await using folder = await createTempFolder();
		const inner = join(folder.path, 'inner');
		await mkdir(inner);
		await writeFile(join(folder.path, 'outside'), 'secret');
		await symlink('../outside', join(inner, 'out'));
		await symlink('near', join(inner, 'in'));
		await writeFile(join(inner, 'near'), 'near');
		await symlink('inner', join(folder.path, 'linked'));
		const paths = [join(inner, 'out'), join(folder.path, 'linked', 'near'), join(folder.path, 'linked', 'new')];
		for (const act of paths.flatMap((path) => [() => journals.read(path), () => journals.open(path, () => {})])) {
			const error = await rejection(act());
			assert.ok(isAppError(error) && error.code === 'FILE_UNREADABLE', String(error));
			assert.match(error.message, /symbolic link out of its folder/);
		}
		assert.is(text(await journals.read(join(inner, 'in'))), 'near');
		assert.equal((await readdir(inner)).sort(), ['in', 'near', 'out']);
	});

	test('respects read-only files and folders, root too', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'j');
		await writeFile(path, 'x');
		await chmod(path, 0o444);
		const error = await rejection(journals.open(path, () => {}));
		assert.ok(isAppError(error) && error.code === 'FILE_READ_ONLY', String(error));
		assert.is(await readFile(path, 'utf8'), 'x');
	});

	test('keeps whole records where the file may not grow', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		// In blocks of 512 or 1024 bytes, as the shell counts; some record breaks the limit in its middle.
		const limited = spawn('sh', ['-c', 'ulimit -f 8; exec "$@"', 'sh', process.execPath, program, prompt, 'r', '100'], {
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		let said = '';
		limited.stderr.on('data', (chunk) => {
			said += chunk;
		});
		const [code] = await once(limited, 'close');
		assert.is(code, 1);
		assert.match(said, /FILE_WRITE_FAILED/);
		const reading = await read(prompt);
		assert.equal(reading.findings, []);
		assert.ok(reading.records.length > 5, `${reading.records.length} records`);
	});

	const fullDisk = 'keeps whole records on a full disk';
	if (!canMount()) skip(fullDisk, 'needs root and mount');
	else
		test(fullDisk, async () => {
			await using folder = await createTempFolder();
			execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder.path]);
			try {
				const prompt = join(folder.path, 'build.md');
				const ledger = await openLedger(prompt, createLedgerHost());
				await ledger.begin({ success: 0, failure: 0 });
				let written = 1;
				const error = await rejection(
					(async () => {
						for (; ; written += 1) await ledger.append(intentOf({ run: `r${written}` }));
					})(),
				);
				assert.ok(isAppError(error) && error.code === 'FILE_WRITE_FAILED', String(error));
				assert.match(error.message, /the disk is full/);
				const reading = await read(prompt);
				assert.equal([reading.findings, reading.records.length], [[], written]);
			} finally {
				execFileSync('umount', [folder.path]);
			}
		});
});

function canMount(): boolean {
	if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
	try {
		execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

describe('openLedger() by many processes', ({ test }) => {
	const start = (prompt: string, run: string, attempts: number) =>
		spawn(process.execPath, [program, prompt, run, String(attempts)], { stdio: ['ignore', 'pipe', 'inherit'] });

	test('loses no record of eight that write 200 each', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		const writers = Array.from({ length: 8 }, (_, index) => start(prompt, `r${index}`, 100));
		const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]));
		assert.equal(codes, Array(8).fill(0));
		const reading = await read(prompt);
		assert.equal([reading.findings, reading.records.length, reading.heads.length], [[], 1 + 8 * 201, 1]);
		assert.equal(
			tallyRuns(reading.records).map(({ results, isSettled }) => [results.length, isSettled]),
			Array(8).fill([100, true]),
		);
		const last = reading.records.at(-1)?.record;
		assert.equal(last?.kind === 'settled' && last.counts, { success: 800, failure: 0 });
	});

	test('loses no record that is added between those of three runs, and no lock stays behind', async () => {
		await using folder = await createTempFolder();
		const prompt = join(folder.path, 'build.md');
		const writers = Array.from({ length: 3 }, (_, index) => start(prompt, `r${index}`, 60));
		const ends = writers.map(async (writer) => (await once(writer, 'exit'))[0]);
		await Promise.race(writers.map((writer) => once(writer.stdout, 'data')));
		const [host, counts] = [createLedgerHost(), { success: 0, failure: 0 }];
		for (let added = 0; added < 20; added += 1)
			await addToLedger(prompt, { kind: 'fix', run: 'a', summary: 's' }, { host, counts });
		assert.equal(await Promise.all(ends), [0, 0, 0]);
		const { findings, records } = await read(prompt);
		assert.equal([findings, records.length], [[], 1 + 3 * 121 + 20]);
		const names = await readdir(join(folder.path, '.ledger'));
		assert.is(
			names.find((name) => name.endsWith('.lock')),
			undefined,
		);
	});

	for (let batch = 1; batch <= 5; batch += 1) {
		test(`leaves a ledger without findings after kill -9 at ten random moments, batch ${batch}`, async () => {
			await using folder = await createTempFolder();
			const prompt = join(folder.path, 'build.md');
			let records = 0;
			for (let kill = 0; kill < 10; kill += 1) {
				const writer = start(prompt, `r${batch}-${kill}`, 100_000);
				// Half of them die while they begin.
				if (kill % 2 === 0) await once(writer.stdout, 'data');
				const delayMs = Math.random() * (kill % 2 === 0 ? 60 : 400);
				const timer = setTimeout(() => writer.kill('SIGKILL'), delayMs);
				await once(writer, 'exit');
				clearTimeout(timer);
				const reading = await read(prompt);
				assert.equal(
					reading.findings.filter(({ isNote }) => !isNote),
					[],
				);
				assert.ok(reading.records.length >= records, 'no record is lost');
				records = reading.records.length;
			}
			const ledger = await openLedger(prompt, createLedgerHost());
			await ledger.begin({ success: 0, failure: 0 });
			await ledger.settle({ run: 'last', complete: true }, async ({ total }) => ({ counts: total }));
			const { findings, records: all } = await read(prompt);
			assert.equal(findings, []);
			const runs = tallyRuns(all);
			assert.ok(runs.every(({ isSettled, unreported, isLost }) => isSettled && (unreported.length === 0 || isLost)));
			assert.equal((await readdir(join(folder.path, '.ledger'))).sort(), [
				'.gitattributes',
				'.gitignore',
				'build.md.heads',
				'build.md.jsonl',
			]);
		});
	}
});

describe('createNodeWriters()', ({ test }) => {
	test('tells live, dead and foreign writers', async () => {
		const { self, stateOf } = createNodeWriters();
		assert.is(stateOf(self), 'alive');
		assert.is(stateOf({ ...self, started: 'an earlier start' }), 'gone');
		assert.is(stateOf({ ...self, host: 'other' }), 'elsewhere');
		const child = spawn('true');
		await once(child, 'exit');
		assert.is(stateOf({ ...self, pid: child.pid ?? 0, started: '' }), 'gone');
		assert.match(self.host, /^[0-9a-f]{64}$/);
	});
});
