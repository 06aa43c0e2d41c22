import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { isAppError } from '../../src/core/errors.ts';
import { createFileLocks } from '../../src/host/file-lock.ts';
import { inspectProcess } from '../../src/host/process-identity.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

for (const engine of ['native', 'claim'] as const) {
	describe(`createFileLocks() by ${engine}`, ({ test }) => {
		test('lets one in at a time, in order, and leaves nothing', async () => {
			await using folder = await createTempFolder();
			const locks = createFileLocks({ engine });
			const path = join(folder.path, '.p.lock');
			const order: number[] = [];
			let inside = 0;
			await Promise.all(
				Array.from({ length: 20 }, async (_, index) => {
					const lock = await locks.acquire(path);
					inside += 1;
					assert.is(inside, 1);
					order.push(index);
					await new Promise(setImmediate);
					inside -= 1;
					await lock.release();
				}),
			);
			assert.equal(
				order,
				Array.from({ length: 20 }, (_, index) => index),
			);
			assert.equal(await readdir(folder.path), []);
		});

		test('gives up after its time with a clear word, and the next one gets in', async () => {
			await using folder = await createTempFolder();
			const path = join(folder.path, '.p.lock');
			const held = await createFileLocks({ engine }).acquire(path);
			const locks = createFileLocks({ engine, waitMs: 30 });
			const error = await rejection(locks.acquire(path));
			assert.ok(isAppError(error) && error.code === 'FILE_WRITE_FAILED', String(error));
			assert.match(error.message, /another process has held it for 30 ms/);
			await held.release();
			const lock = await locks.acquire(path);
			assert.is(lock.leftover, null);
			await lock.release();
		});

		test('hands on the notes of a holder that was killed', async () => {
			await using folder = await createTempFolder();
			const path = join(folder.path, '.p.lock');
			const first =
				engine === 'native' ? 'locked' : JSON.stringify({ pid: await deadPid(), startedAt: null, nonce: 'n' });
			await writeFile(path, `${first}\none\ntwo\n`);
			const lock = await createFileLocks({ engine }).acquire(path);
			assert.equal(lock.leftover?.notes, ['one', 'two']);
			await lock.clearNotes();
			await lock.note('three');
			assert.equal((await readFile(path, 'utf8')).split('\n').slice(1), ['three', '']);
			await lock.release();
			assert.equal(await readdir(folder.path), []);
		});
	});
}

describe('createFileLocks() by claim', ({ test }) => {
	test('takes over from a process whose number somebody else has by now', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, '.p.lock');
		const locks = createFileLocks({ engine: 'claim', waitMs: 50 });
		await writeFile(path, claimOf(process.pid, 'an earlier start'));
		await (await locks.acquire(path)).release();

		const self = inspectProcess(process.pid);
		await writeFile(path, claimOf(process.pid, self.state === 'alive' ? self.startedAt : null));
		assert.ok(isAppError(await rejection(locks.acquire(path))), 'the holder lives');
	});

	test('lets exactly one of many take over', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, '.p.lock');
		const pid = await deadPid();
		for (let round = 0; round < 20; round += 1) {
			await writeFile(path, claimOf(pid, `start ${round}`));
			let inside = 0;
			await Promise.all(
				Array.from({ length: 8 }, async () => {
					const lock = await createFileLocks({ engine: 'claim' }).acquire(path);
					inside += 1;
					assert.is(inside, 1);
					await new Promise(setImmediate);
					inside -= 1;
					await lock.release();
				}),
			);
		}
		assert.equal(await readdir(folder.path), []);
	});

	test('removes rights and drafts of the dead, and nothing else', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, '.p.lock');
		const pid = await deadPid();
		const dead = claimOf(pid, null);
		const right = `${path}.0123456789abcdef`;
		await writeFile(path, dead);
		await writeFile(right, dead);
		await writeFile(`${right}.${pid}.00000000-0000-4000-8000-000000000000`, dead);
		await writeFile(`${path}.of-the-user`, '');
		await appendFile(`${path}.1.00000000-0000-4000-8000-000000000000`, dead);
		await (await createFileLocks({ engine: 'claim' }).acquire(path)).release();
		assert.equal(await readdir(folder.path), ['.p.lock.1.00000000-0000-4000-8000-000000000000', '.p.lock.of-the-user']);
	});

	test('leaves a file alone that is not a claim', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, '.p.lock');
		await writeFile(path, 'something of the user\n');
		const error = await rejection(createFileLocks({ engine: 'claim', waitMs: 20 }).acquire(path));
		assert.ok(isAppError(error) && error.message.includes(path), String(error));
		assert.is(await readFile(path, 'utf8'), 'something of the user\n');
	});
});

const claimOf = (pid: number, startedAt: string | null): string =>
	`${JSON.stringify({ pid, startedAt, nonce: 'n' })}\n`;

async function deadPid(): Promise<number> {
	const child = spawn('true');
	await once(child, 'exit');
	return child.pid ?? 0;
}
