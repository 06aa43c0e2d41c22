import * as assert from 'uvu/assert';
import type { RunEvent, RunEventBody } from '../../src/core/events.ts';
import { formatJsonLine } from '../../src/report/format-json-line.ts';
import { createRunRecorder } from '../../src/report/run-record.ts';
import { aPrompt, aStep } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';

let seq = 0;
const event = (body: RunEventBody): RunEvent => {
	seq += 1;
	return { seq, atMs: 1_750_000_000_000, ...body };
};
const started = event({
	type: 'run-started',
	run: 'r1',
	tool: 'tenfold test',
	startedAt: '2025-06-15T15:06:40.000Z',
	executor: { kind: 'embedded', url: null, version: '1' },
	evidenceNeeded: 'bound',
	transcript: 't.jsonl',
	prompts: [],
	jobs: 2,
});

describe('createRunRecorder()', ({ test }) => {
	test('knows nothing before the run has started', () => {
		assert.is(createRunRecorder().read(), null);
	});
	test('collects prompts and warnings, and the verdict at the end', () => {
		const recorder = createRunRecorder();
		recorder.add(started);
		recorder.add(event({ type: 'prompt-finished', result: aPrompt() }));
		recorder.add(event({ type: 'warning', message: 'careful', advice: null }));
		assert.equal([recorder.read()?.verdict, recorder.read()?.prompts.length], [null, 1]);
		const totals = {
			prompts: 1,
			steps: 1,
			durationMs: 5,
			byOutcome: { passed: 1, failed: 0, flaky: 0, unproven: 0, infra: 0, refused: 0, skipped: 0, aborted: 0 },
		};
		recorder.add(
			event({
				type: 'run-finished',
				run: 'r1',
				exitCode: 0,
				verdict: 'passed',
				totals,
				proof: 'p',
				reportFolder: null,
			}),
		);
		const record = recorder.read();
		assert.equal(
			[record?.schemaVersion, record?.verdict, record?.exitCode, record?.finishedAt, record?.proof, record?.warnings],
			[1, 'passed', 0, '2025-06-15T15:06:40.000Z', 'p', ['careful']],
		);
	});
});

describe('formatJsonLine()', ({ test }) => {
	test('puts version, number, time and type first', () => {
		const line = formatJsonLine({ ...started, seq: 1 });
		assert.match(line ?? '', /^\{"v":1,"seq":1,"ts":"2025-06-15T15:06:40\.000Z","type":"run-started","run":"r1",/);
	});
	test('has no line for live output, and one line for whatever else', () => {
		assert.is(formatJsonLine(event({ type: 'step-output', step: aStep(), stream: 'stdout', text: 'x' })), null);
		assert.not.match(formatJsonLine(event({ type: 'warning', message: 'a\nb\u2028c', advice: null })) ?? '\n', '\n');
	});
});
