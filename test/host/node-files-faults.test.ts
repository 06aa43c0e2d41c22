import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { isAppError } from '../../src/core/errors.ts';
import { createNodeFiles } from '../../src/host/node-files.ts';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

type Engine = 'native' | 'claim';
const program = await bundleProgram('test/fixtures/programs/update-file.ts');
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && hasPrograms('mount', 'umount', 'chattr');

function hasPrograms(...names: readonly string[]): boolean {
	return names.every((name) => {
		try {
			return execFileSync('sh', ['-c', `command -v ${name}`]).length > 0;
		} catch {
			return false;
		}
	});
}

const startWriter = (path: string, times: number, engine: Engine, bytes = 0): ChildProcess =>
	spawn(process.execPath, [program, path, String(times), engine, String(bytes)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});

const numberIn = (content: string): number => {
	const lines = content.split('\n').slice(0, -1);
	assert.is(new Set(lines).size, 1, 'the file mixes old and new bytes');
	return Number(lines[0]);
};

for (const engine of ['native', 'claim'] as const) {
	describe(`createNodeFiles().update() with ${engine} locks`, ({ test }) => {
		test('loses no count of four processes that write 50 times each', async () => {
			await using folder = await createTempFolder();
			const path = join(folder.path, 'p.md');
			await writeFile(path, '0\n');
			// All four find the lock of a dead process first.
			const dead = spawn('true');
			await once(dead, 'exit');
			const claim = JSON.stringify({ pid: dead.pid, startedAt: null, nonce: 'n' });
			await writeFile(join(folder.path, '.p.md.lock'), `${claim}\n`);
			const writers = Array.from({ length: 4 }, () => startWriter(path, 50, engine));
			const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]));
			assert.equal(codes, [0, 0, 0, 0]);
			assert.is(await readFile(path, 'utf8'), '200\n');
			assert.equal(await readdir(folder.path), ['p.md']);
		});

		// In batches, so that no test comes near its limit on a busy machine.
		for (let batch = 1; batch <= (engine === 'native' ? 5 : 2); batch += 1) {
			test(`survives kill -9 at ten random points, batch ${batch}: old or new bytes, lock free at once, nothing left`, async () => {
				await using folder = await createTempFolder();
				const path = join(folder.path, 'p.md');
				await writeFile(path, '0\n');
				const files = createNodeFiles({ lock: { engine, waitMs: 1000 } });
				let value = 0;
				let leftLocks = 0;
				for (let round = 1; round <= 10; round += 1) {
					const writer = startWriter(path, 1_000_000, engine, 200_000);
					await once(writer.stdout ?? writer, 'data');
					await killAt(writer, Math.random() * 12);
					if ((await readdir(folder.path)).some((name) => name.endsWith('.lock'))) leftLocks += 1;
					const held = numberIn(await readFile(path, 'utf8'));
					assert.ok(held >= value, `went back from ${value} to ${held}`);
					await files.update(path, () => Buffer.from(`${held + 1}\n`));
					value = held + 1;
					assert.equal(await readdir(folder.path), ['p.md'], `after kill ${round}`);
				}
				assert.ok(leftLocks > 0, 'no kill hit a writer that held the lock');
			});
		}
	});
}

/** Spins, since a timer is too coarse to hit each moment of a write that takes a millisecond. */
async function killAt(child: ChildProcess, delayMs: number): Promise<void> {
	const until = performance.now() + delayMs;
	while (performance.now() < until);
	child.kill('SIGKILL');
	await once(child, 'exit');
}

describe('createNodeFiles() on a full or read-only disk', ({ test, skip }) => {
	const files = createNodeFiles();

	test('update() leaves the file as it was where only a part of the new text fits', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'p.md');
		await writeFile(path, '7\n');
		// A limit on file size acts like a disk that fills up during the write, and needs no root.
		const script = `ulimit -f 16 && exec ${process.execPath} ${program} ${path} 1 native 100000`;
		const writer = spawn('bash', ['-c', script], { stdio: ['ignore', 'ignore', 'pipe'] });
		let told = '';
		writer.stderr.on('data', (chunk: Buffer) => {
			told += chunk.toString();
		});
		assert.is((await once(writer, 'close'))[0], 1);
		assert.match(told, /FILE_WRITE_FAILED|Cannot write .*EFBIG/);
		assert.is(await readFile(path, 'utf8'), '7\n');
		assert.equal(await readdir(folder.path), ['p.md']);
	});

	if (!canMount) {
		skip('update() on a disk that is full, and on one mounted read-only', 'needs root, mount and chattr');
		return;
	}

	test('update() says that the disk is full and leaves the file as it was', async () => {
		await using disk = await mountTiny();
		const path = join(disk.path, 'p.md');
		await writeFile(path, 'old');
		const error = await rejection(files.update(path, () => Buffer.alloc(100_000, 'x')));
		assert.ok(isAppError(error) && error.code === 'FILE_WRITE_FAILED', String(error));
		assert.is(error.message, `Cannot write ${path}: the disk is full`);
		assert.is(error.advice, 'Free some space and run again');
		assert.is(await readFile(path, 'utf8'), 'old');
		assert.equal(await readdir(disk.path), ['p.md']);
		assert.is(await files.update(path, () => Buffer.from('new')), 'written');
	});

	test('update() leaves no lock behind on a disk that has no room for a word in it', async () => {
		await using disk = await mountTiny();
		const path = join(disk.path, 'p.md');
		await writeFile(path, 'old');
		await rejection(writeFile(join(disk.path, 'filler'), Buffer.alloc(100_000)));
		const error = await rejection(files.update(path, () => Buffer.from('new')));
		assert.ok(isAppError(error) && error.message === `Cannot write ${path}: the disk is full`, String(error));
		assert.equal((await readdir(disk.path)).sort(), ['filler', 'p.md']);
		assert.is(await readFile(path, 'utf8'), 'old');
	});

	test('update() and write() say that a disk is mounted read-only', async () => {
		await using disk = await mountTiny();
		const path = join(disk.path, 'p.md');
		await writeFile(path, 'old');
		execFileSync('mount', ['-o', 'remount,ro', disk.path]);
		const error = await rejection(files.update(path, () => Buffer.from('new')));
		assert.ok(isAppError(error) && error.code === 'FILE_READ_ONLY', String(error));
		const other = await rejection(files.write(join(disk.path, 'a', 'run.json'), 'new'));
		assert.ok(isAppError(other) && other.code === 'FILE_WRITE_FAILED', String(other));
	});

	test('update() refuses an immutable file and an immutable folder', async () => {
		await using folder = await createTempFolder();
		const below = join(folder.path, 'below');
		const path = join(below, 'p.md');
		await mkdir(below);
		await writeFile(path, 'old');
		for (const target of [path, below]) {
			try {
				execFileSync('chattr', ['+i', target], { stdio: 'ignore' });
			} catch {
				continue; // Not every file system knows the attribute.
			}
			try {
				const error = await rejection(files.update(path, () => Buffer.from('new')));
				assert.ok(isAppError(error) && error.code === 'FILE_READ_ONLY', String(error));
			} finally {
				execFileSync('chattr', ['-i', target]);
			}
			assert.equal([await readFile(path, 'utf8'), await readdir(below)], ['old', ['p.md']]);
		}
	});
});

async function mountTiny(): Promise<{ readonly path: string } & AsyncDisposable> {
	const folder = await createTempFolder();
	execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder.path]);
	return {
		path: folder.path,
		[Symbol.asyncDispose]: async () => {
			execFileSync('umount', [folder.path]);
			await folder[Symbol.asyncDispose]();
		},
	};
}
