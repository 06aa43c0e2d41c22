import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { isAppError } from '../../src/core/errors.ts';
import type { RunId } from '../../src/core/ids.ts';
import type { Clock } from '../../src/core/ports.ts';
import type { OutputRecord } from '../../src/core/transcript-records.ts';
import { makeFolders } from '../../src/host/make-folders.ts';
import { openTranscript } from '../../src/transcript/open-transcript.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const run = '0193526b-6e80-7000-8000-000000000000' as RunId;
const clock: Clock = {
	nowMs: () => Date.UTC(2025, 10, 21, 23, 59, 59, 999),
	monotonicMs: () => 0,
	schedule: () => () => {},
};
const options = { run, writer: 'executor', tool: 'tenfold 0.1.0', clock, makeFolders } as const;
const output = (data: string, seq = 0): OutputRecord => ({
	v: 1,
	type: 'output',
	at: '2025-11-21T23:59:59.999Z',
	execution: 'x',
	seq,
	stream: 'stdout',
	data,
});

function failureOf(work: () => unknown): string {
	try {
		work();
	} catch (error) {
		if (isAppError(error)) return `${error.code}: ${error.message}`;
		throw error;
	}
	throw new Error('It did not throw');
}

describe('openTranscript()', ({ test, skip }) => {
	test('names the file after day and run, and begins with the run record', async () => {
		await using folder = await createTempFolder();
		const transcript = openTranscript(join(folder.path, 'deep'), options);
		assert.is(transcript.path, join(folder.path, 'deep', '2025-11-21', `${run}.jsonl`));
		assert.is(transcript.startOffset, 0);
		assert.is(
			await readFile(transcript.path, 'utf8'),
			`{"v":1,"type":"run","at":"2025-11-21T23:59:59.999Z","run":"${run}","writer":"executor","tool":"tenfold 0.1.0"}\n`,
		);
		transcript.close();
	});

	test('appends each record as one whole line before it returns', async () => {
		await using folder = await createTempFolder();
		const transcript = openTranscript(folder.path, options);
		const records = ['', 'line\nline\r\n', '\u2028\u0000\ud800', 'x'.repeat(3_000_000)].map((data, seq) =>
			output(data, seq),
		);
		for (const record of records) {
			transcript.sink.append(record);
			const lines = (await readFile(transcript.path, 'utf8')).split('\n');
			assert.is(lines.pop(), '');
			assert.equal(JSON.parse(lines.at(-1) ?? ''), record);
		}
		transcript.close();
	});

	test('goes on after what another writer of the run left', async () => {
		await using folder = await createTempFolder();
		openTranscript(folder.path, options).close();
		const again = openTranscript(folder.path, options);
		const text = await readFile(again.path, 'utf8');
		assert.is(again.startOffset * 2, text.length);
		again.close();
	});

	test('refuses appends after close, which may be called twice', async () => {
		await using folder = await createTempFolder();
		const transcript = openTranscript(folder.path, options);
		transcript.close();
		transcript.close();
		assert.match(
			failureOf(() => transcript.sink.append(output('x'))),
			/^FILE_WRITE_FAILED: .* it is closed$/,
		);
	});

	test('says why it cannot be opened', async () => {
		await using folder = await createTempFolder();
		await writeFile(join(folder.path, 'file'), '');
		const path = join(folder.path, 'file/2025-11-21', `${run}.jsonl`);
		assert.is(
			failureOf(() => openTranscript(join(folder.path, 'file'), options)),
			`FILE_WRITE_FAILED: Cannot write the transcript: a file stands where one of its folders is wanted (${path})`,
		);
	});

	if (process.platform !== 'linux' || process.getuid?.() !== 0) {
		skip('says that the disk is full and leaves whole records only', 'needs root to mount a small disk');
		return;
	}
	test('says that the disk is full and leaves whole records only', async () => {
		await using folder = await createTempFolder();
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder.path]);
		try {
			const transcript = openTranscript(folder.path, options);
			transcript.sink.append(output('x'.repeat(10_000)));
			const before = await readFile(transcript.path, 'utf8');
			const full = failureOf(() => transcript.sink.append(output('y'.repeat(100_000))));
			assert.is(full, `FILE_WRITE_FAILED: Cannot write the transcript: the disk is full (${transcript.path})`);
			assert.is(
				failureOf(() => transcript.sink.append(output('z'))),
				full,
			);
			assert.is(await readFile(transcript.path, 'utf8'), before);
			transcript.close();
		} finally {
			execFileSync('umount', [folder.path]);
		}
	});
});
