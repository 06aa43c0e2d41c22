import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { DescriptorPipe } from '../../src/host/output-pipe.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

describe('DescriptorPipe', ({ test, beforeEach, afterEach }) => {
	let folder: Awaited<ReturnType<typeof createTempFolder>>;
	let pipe: DescriptorPipe;
	let writer: number;
	let text = '';
	let closes = 0;
	beforeEach(async () => {
		folder = await createTempFolder();
		const path = join(folder.path, 'pipe');
		execFileSync('mkfifo', [path]);
		pipe = new DescriptorPipe(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
		writer = openSync(path, 'w');
		text = '';
		closes = 0;
		pipe.once('close', () => {
			closes += 1;
		});
	});
	afterEach(async () => {
		await folder[Symbol.asyncDispose]();
	});

	const listen = (): void =>
		void pipe.on('data', (chunk: Uint8Array) => {
			text += Buffer.from(chunk);
		});

	test('gives all that was printed and the end at once, when its child has ended', () => {
		listen();
		writeSync(writer, 'all of it\n');
		closeSync(writer);
		pipe.drain();
		assert.equal([text, closes], ['all of it\n', 1]);
	});

	test('reads on as it comes where somebody else still holds it', async () => {
		listen();
		writeSync(writer, 'before, ');
		pipe.drain();
		assert.equal([text, closes], ['before, ', 0]);
		writeSync(writer, 'after');
		closeSync(writer);
		await once(pipe, 'close');
		assert.is(text, 'before, after');
	});

	test('reads nothing while it is paused, and all of it afterwards', async () => {
		listen();
		pipe.pause();
		writeSync(writer, 'kept');
		closeSync(writer);
		pipe.drain();
		assert.equal([text, closes], ['', 0]);
		pipe.resume();
		await once(pipe, 'close');
		assert.is(text, 'kept');
	});

	test('keeps all for whoever listens late, and tells of an end that has come', async () => {
		writeSync(writer, 'late');
		closeSync(writer);
		pipe.drain();
		listen();
		await once(pipe, 'close');
		let told = 0;
		pipe.once('close', () => {
			told += 1;
		});
		assert.equal([text, told], ['late', 1]);
	});

	test('reads nothing more once it is destroyed', () => {
		listen();
		writeSync(writer, 'unread');
		pipe.destroy();
		pipe.drain();
		assert.equal([text, closes], ['', 1]);
		closeSync(writer);
	});
});
