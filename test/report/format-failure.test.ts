import * as assert from 'uvu/assert';
import { type FailureFrame, formatFailure } from '../../src/report/format-failure.ts';
import { anAttempt, aStep, someCounts } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';

const frame: FailureFrame = {
	run: '0199',
	executor: 'embedded',
	stepCount: 7,
	counts: someCounts(),
	credit: '11:0 -> 11:1  bound 0.65  graduated',
	reportFolder: 'reports/0199',
	columns: 100,
};
const output = {
	bytes: 1100,
	droppedBytes: 0,
	sha256: null,
	head: 'starting\nError: in use\n',
	tail: '',
	stderrLines: 2,
	file: 'deploy/3/out.txt',
};

describe('formatFailure()', ({ test }) => {
	test('tells a mismatch: location first, first difference, diff, credit, next command last', () => {
		const mismatch = {
			matcher: 'line 2',
			message: 'Line 2 differs',
			firstDifference: {
				expectedLine: 2,
				expected: 'listening on http://* (glob)',
				actualLine: 2,
				actual: 'Error: in use',
			},
			diff: [
				{ kind: 'same', actualLine: 1, expectedLine: 1, text: 'starting' },
				{ kind: 'missing', actualLine: null, expectedLine: 2, text: 'listening on http://* (glob)' },
				{ kind: 'surplus', actualLine: 2, expectedLine: null, text: 'Error: in use' },
			],
			hints: ['matches as unordered'],
		} as const;
		const attempt = anAttempt({ outcome: 'failed', reason: 'mismatch', mismatch, output, durationMs: 4200 });
		const step = aStep({ outcome: 'failed', reason: 'mismatch', attempts: [attempt], durationMs: 4200 });
		assert.equal(formatFailure(step, frame), [
			'FAIL  prompts/deploy.md:42  step 3/7 "start the server"  mismatch  4.2s  bound',
			'  ran       node server.js',
			'            (executor embedded, run 0199)',
			'  expected  line 2  listening on http://* (glob)',
			'  actual    line 2  Error: in use',
			'  diff           1  starting',
			'            -    2  listening on http://* (glob)   <- first difference',
			'            +    2  Error: in use',
			'  hint      matches as unordered',
			'  output    1.1 kB, 2 lines on stderr',
			'  in full   reports/0199/deploy/3/out.txt',
			'  credit    11:0 -> 11:1  bound 0.65  graduated',
			'  next      verify prompts/deploy.md --step 3',
		]);
	});
	test('tells an exit code once: what was expected stands in the line above', () => {
		const mismatch = {
			matcher: 'exit code 0',
			message: 'Exit code 127 (command not found), expected exit code 0',
			firstDifference: null,
			diff: [],
			hints: [],
		} as const;
		const attempt = anAttempt({ outcome: 'failed', reason: 'exit-code', exitCode: 127, mismatch });
		const lines = formatFailure(aStep({ outcome: 'failed', reason: 'exit-code', attempts: [attempt] }), frame);
		assert.ok(lines.includes('  expected  exit code 0'), lines.join('\n'));
		assert.ok(lines.includes('  actual    exit code 127 (command not found)'), lines.join('\n'));
	});
	test('tells an error pattern with its line and what stands around it', () => {
		const interruption = {
			kind: 'error-pattern',
			pattern: 'Traceback',
			line: 'Traceback (most recent)',
			lineNumber: 2,
			before: ['a'],
			after: ['b'],
		} as const;
		const step = aStep({
			outcome: 'failed',
			reason: 'error-pattern',
			attempts: [anAttempt({ outcome: 'failed', reason: 'error-pattern', interruption })],
		});
		const text = formatFailure(step, frame).join('\n');
		assert.match(text, 'pattern   "Traceback" in line 2 of the output, then cancelled');
		assert.match(text, '>    2  Traceback (most recent)');
		assert.match(text, '     1  a');
		assert.match(text, '     3  b');
	});
	test('tells a stall with the limit and the last line, and names who was left behind', () => {
		const interruption = { kind: 'stall', limitMs: 2000, lastLine: 'waiting', lastLineAgeMs: 2001 } as const;
		const leaked = [{ pid: 7, command: 'sleep 60' }];
		const step = aStep({
			outcome: 'failed',
			reason: 'stall',
			attempts: [anAttempt({ outcome: 'failed', reason: 'stall', interruption, leaked })],
		});
		const text = formatFailure(step, frame).join('\n');
		assert.match(text, 'stall 2.0s, silent for 2.0s');
		assert.match(text, 'last line waiting');
		assert.match(text, '1 left behind, killed: 7 sleep 60');
	});
	test('tells an unproven result: reached, needed, failed check, where it looked, not counted', () => {
		const evidenceChecks = [
			{ name: 'marker', isOk: true, detail: 'found' },
			{ name: 'bracket', isOk: false, detail: 'the end is missing' },
		];
		const step = aStep({
			outcome: 'unproven',
			reason: 'cut-bracket',
			attempts: [anAttempt({ outcome: 'unproven', reason: 'cut-bracket', evidence: 'printed', evidenceChecks })],
		});
		const text = formatFailure(step, frame).join('\n');
		assert.match(text, 'reached printed, needed bound');
		assert.match(text, 'bracket: the end is missing');
		assert.match(text, 'transcripts/r.jsonl');
		assert.match(text, 'an unproven result is no result');
	});
	test('says of a lost executor that it was not counted', () => {
		const attempt = anAttempt({
			outcome: 'infra',
			reason: 'executor-lost',
			detail: 'The connection ended',
			evidence: 'none',
		});
		const text = formatFailure(aStep({ outcome: 'infra', reason: 'executor-lost', attempts: [attempt] }), frame).join(
			'\n',
		);
		assert.match(text, 'why       The connection ended');
		assert.match(text, 'counted   no:');
	});
	test('tells why a step was refused', () => {
		const step = aStep({
			outcome: 'refused',
			reason: 'placeholder',
			detail: 'The command is a placeholder',
			attempts: [],
			durationMs: 0,
		});
		assert.equal(formatFailure(step, frame), [
			'REFUSED  prompts/deploy.md:42  step 3/7 "start the server"  placeholder  0ms',
			'  reason    The command is a placeholder',
			'  credit    11:0 -> 11:1  bound 0.65  graduated',
			'  next      verify lint prompts/deploy.md',
		]);
	});
	test('gives the command that runs the step again as it ran, whole however long it is', () => {
		const step = aStep({ outcome: 'failed', reason: 'mismatch', attempts: [anAttempt({})] });
		const last = (more: Partial<FailureFrame>) => formatFailure(step, { ...frame, columns: 80, ...more }).at(-1);
		const [url, options] = [
			'ws://127.0.0.1:8003/ws/mcp',
			'--executor ws://127.0.0.1:8003/ws/mcp --evidence bound --no-write',
		];
		assert.is(last({ executor: url }), `  next      verify prompts/deploy.md --step 3 --executor ${url}`);
		assert.is(last({ executor: url, options }), `  next      verify prompts/deploy.md --step 3 ${options}`);
		assert.is(last({ options: '' }), '  next      verify prompts/deploy.md --step 3');
	});
	test('says that only the end of a long output is shown', () => {
		const interruption = { kind: 'timeout', limitMs: 1000 } as const;
		const printed = (head: string) => {
			const attempt = anAttempt({ outcome: 'failed', reason: 'timeout', interruption, output: { ...output, head } });
			const lines = formatFailure(aStep({ outcome: 'failed', reason: 'timeout', attempts: [attempt] }), frame);
			const from = lines.findIndex((line) => line.startsWith('  printed'));
			return lines
				.slice(
					from,
					lines.findIndex((line) => line.startsWith('  output')),
				)
				.map((line) => line.slice(12));
		};
		assert.equal(printed('1\n2\n3\n4\n5\n'), ['1', '2', '3', '4', '5']);
		assert.equal(printed('1\n2\n3\n4\n5\n6\n'), ['(the last 5 lines)', '2', '3', '4', '5', '6']);
	});
	test('never has more than 40 lines, nor a control character, whatever the step printed', () => {
		const diff = Array.from({ length: 500 }, (_, index) => ({
			kind: 'surplus' as const,
			actualLine: index + 1,
			expectedLine: null,
			text: `\u001b[2J\u202e${'x'.repeat(5000)}`,
		}));
		const mismatch = {
			matcher: 'm',
			message: 'm',
			firstDifference: null,
			diff,
			hints: Array.from({ length: 50 }, () => 'hint'),
		};
		const noisy = { ...output, head: '\u001b]0;title\u0007\n'.repeat(100) };
		const command = Array.from({ length: 50 }, () => 'echo \u001b[31m').join('\n');
		const lines = formatFailure(
			aStep({ command, outcome: 'failed', attempts: [anAttempt({ mismatch, output: noisy })] }),
			frame,
		);
		assert.ok(lines.length <= 40, String(lines.length));
		assert.not.match(lines.join('\n'), /[\0-\u0009\u000b-\u001f\u202e]/);
		assert.is(lines.at(-1), '  next      verify prompts/deploy.md --step 3');
	});
});
