import * as assert from 'uvu/assert';
import { type Explanation, formatExplanation, nextSteps } from '../../src/report/format-explanation.ts';
import { anAttempt, aStep } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';

const frame = { executor: 'embedded', stepCount: 7, reportFolder: 'reports/0199', columns: 100 };
const digest = 'a'.repeat(64);
const interrupted = anAttempt({
	outcome: 'failed',
	reason: 'timeout',
	interruption: { kind: 'timeout', limitMs: 1000 },
	evidenceChecks: [
		{ name: 'bracket', isOk: true, detail: 'line 3' },
		{ name: 'digest', isOk: false, detail: 'differs' },
	],
	leaked: [{ pid: 7, command: 'sleep 60' }],
});
const explain = (changes: Partial<Explanation> = {}): Explanation => ({
	run: '0199',
	startedAt: '2026-01-02T03:04:05.000Z',
	step: aStep({ outcome: 'failed', reason: 'timeout', attempts: [interrupted, { ...interrupted, number: 2 }] }),
	digest,
	today: { expected: 'exit code 0; 3 lines', timeoutMs: 1000, stallMs: 0, folder: 'prompts', stepCount: 9, digest },
	history: [],
	...changes,
});

describe('formatExplanation()', ({ test }) => {
	test('tells limits, evidence, leaks and attempts', () => {
		const text = formatExplanation(explain(), frame).join('\n');
		for (const wanted of [
			/step \d\/9 /,
			/limits +timeout 1\.0s, stall never/,
			/where +prompts$/m,
			/limit +timeout 1\.0s, cancelled after/,
			/leaked +1 left behind, killed: 7 sleep 60/,
			/\[x\] bracket\n +\[ \] digest: differs/,
			/attempts +1 {2}failed {2}timeout/,
			/history +\(the ledger holds nothing of this step\)/,
		]) {
			assert.match(text, wanted);
		}
	});

	test('shows the newest of its past first, other content by its digest, and not too much of it', () => {
		const past = Array.from({ length: 12 }, (_, index) => ({
			at: `2026-01-${String(index + 1).padStart(2, '0')}T00:00:00.000Z`,
			run: '0199',
			outcome: 'passed' as const,
			reason: null,
			durationMs: 20,
			attempt: 1,
			digest: index === 10 ? 'b'.repeat(64) : digest,
		}));
		const lines = formatExplanation(explain({ history: past }), frame);
		const at = lines.findIndex((line) => /history +12 in the ledger, 12 passed, 11 of the content that ran/.test(line));
		assert.match(lines[at + 1] ?? '', /2026-01-12T00:00:00Z {2}passed {2}20ms {2}same content/);
		assert.match(lines[at + 2] ?? '', /content bbbbbbbb/);
		assert.is(lines.filter((line) => line.includes('2026-01-')).length, 9);
	});

	test('says when the step is gone, or another one by now', () => {
		assert.match(formatExplanation(explain({ today: null }), frame).join('\n'), /not in the prompt any more/);
		const today = { expected: 'exit code 0', timeoutMs: 0, stallMs: 1, folder: '.', stepCount: 1, digest: 'c' };
		assert.match(formatExplanation(explain({ today }), frame).join('\n'), /was changed since/);
	});

	test('says of a limit that is none that it never cancels', () => {
		const today = { expected: 'exit code 0', timeoutMs: 0, stallMs: 0, folder: '.', stepCount: 1, digest };
		assert.match(formatExplanation(explain({ today }), frame).join('\n'), /limits +timeout never, stall never/);
	});
});

describe('nextSteps()', ({ test }) => {
	test('offers accept only for output that differs, of a step that is as it ran', () => {
		const step = aStep({ outcome: 'failed', reason: 'mismatch' });
		assert.ok(nextSteps(explain({ step })).some((command) => command.startsWith('verify accept')));
		assert.not(nextSteps(explain({ step, today: null })).some((command) => command.startsWith('verify accept')));
		assert.not(nextSteps(explain()).some((command) => command.startsWith('verify accept')));
	});

	test('sends what was no fault of the prompt to the doctor', () => {
		assert.match(
			nextSteps(explain({ step: aStep({ outcome: 'infra', reason: 'executor-lost' }) }))[0] ?? '',
			/^verify doctor/,
		);
	});
});
