import * as assert from 'uvu/assert';
import type { TranscriptRecord } from '../../src/core/transcript-records.ts';
import { createTranscriptRecorder } from '../../src/protocol/transcript-recorder.ts';
import { describe } from '../helpers/suite.ts';

const clock = { nowMs: () => 1_750_000_000_123, monotonicMs: () => 0, schedule: () => () => {} };
const bracket = { execution: 'e', marker: 'M', command_sha256: 'c' };
const end = { exit_code: 0, signal: null, duration_ms: 1, bytes: 2, dropped_bytes: 0, output_sha256: 's' };

const record = (chunks: readonly number[]): TranscriptRecord[] => {
	const records: TranscriptRecord[] = [];
	const recorder = createTranscriptRecorder({ append: (entry) => void records.push(entry) }, clock, bracket);
	recorder.start({ pid: 1, pgid: 1, cwd: '/' });
	for (const [seq, sizeBytes] of chunks.entries()) {
		recorder.output({ seq, stream: 'stdout', sizeBytes, readText: () => 'x'.repeat(sizeBytes) });
	}
	recorder.end(end);
	return records;
};

describe('createTranscriptRecorder()', ({ test }) => {
	test('writes the bracket around the output', () => {
		const records = record([3, 4]);
		assert.equal(
			records.map(({ type }) => type),
			['execution-started', 'output', 'output', 'execution-completed'],
		);
		assert.equal(records[0], {
			v: 1,
			at: '2025-06-15T15:06:40.123Z',
			type: 'execution-started',
			...bracket,
			pid: 1,
			pgid: 1,
			cwd: '/',
		});
		assert.equal(records.at(-1), {
			v: 1,
			at: '2025-06-15T15:06:40.123Z',
			type: 'execution-completed',
			...bracket,
			...end,
		});
	});

	test('keeps head and tail of a long output and tells how much stands between', () => {
		const size = 64 * 1024;
		const records = record(Array.from({ length: 100 }, () => size));
		const outputs = records.flatMap((entry) => (entry.type === 'output' ? entry : []));
		const elided = records.flatMap((entry) => (entry.type === 'output-elided' ? entry : []));
		assert.is(elided.length, 1);
		assert.is(outputs.length * size + (elided[0]?.bytes ?? 0), 100 * size);
		assert.is(outputs[0]?.seq, 0);
		assert.is(outputs.at(-1)?.seq, 99);
		assert.is(
			records.findIndex(({ type }) => type === 'output-elided'),
			5,
		);
		assert.ok(outputs.length <= 9, `${outputs.length} records are kept`);
	});

	test('keeps byte by byte output small too', () => {
		assert.ok(record(Array.from({ length: 20_000 }, () => 1)).length < 4000);
	});

	test('keeps the first error of the sink and writes nothing more', () => {
		let count = 0;
		const sink = {
			append: () => {
				count += 1;
				throw new Error(`full ${count}`);
			},
		};
		const recorder = createTranscriptRecorder(sink, clock, bracket);
		recorder.start({ pid: 1, pgid: 1, cwd: '/' });
		recorder.end(end);
		assert.is(count, 1);
		assert.match(String(recorder.failure), 'full 1');
	});
});
