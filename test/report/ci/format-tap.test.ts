import * as fc from 'fast-check';
import { type FinalResults, Parser } from 'tap-parser';
import * as assert from 'uvu/assert';
import { formatTap } from '../../../src/report/ci/format-tap.ts';
import { check } from '../../helpers/check.ts';
import { hostileText } from '../../helpers/hostile-text.ts';
import { aFailedStep, aHostilePrompt, aRecord } from '../../helpers/records.ts';
import { aPrompt, aStep } from '../../helpers/results.ts';
import { describe } from '../../helpers/suite.ts';

interface ReadTap {
	readonly results: FinalResults;
	/** Whether the stream said it is TAP 14. */
	readonly version: number | null;
	/** Test points of each subtest: ok, id, name, skip, the YAML beside. */
	readonly points: { ok: boolean; name: string; skip: string | boolean; diag: Record<string, unknown> | null }[][];
	/** Lines that are no TAP. */
	readonly strays: string[];
}

/** By the parser of node-tap, which is strict here: a line that is no TAP is a failure. */
function readTap(text: string): ReadTap {
	const read: { version: number | null; points: ReadTap['points']; strays: string[] } = {
		version: null,
		points: [],
		strays: [],
	};
	const parser = new Parser({ strict: true });
	parser.on('version', (version: number) => {
		read.version = version;
	});
	parser.on('extra', (line: string) => void read.strays.push(line));
	parser.on('child', (child: Parser) => {
		const points: ReadTap['points'][number] = [];
		read.points.push(points);
		child.on('extra', (line: string) => void read.strays.push(line));
		child.on('assert', ({ ok, name, skip, diag }) => void points.push({ ok, name, skip, diag }));
	});
	const results: FinalResults[] = [];
	parser.on('complete', (final: FinalResults) => void results.push(final));
	parser.end(text);
	const [final] = results;
	assert.ok(final, 'the parser came to an end');
	return { ...read, results: final };
}

describe('formatTap()', ({ test }) => {
	test('is TAP 14 with a subtest for each prompt and YAML beside what failed', () => {
		// The parser takes `duration_ms` out of the YAML for itself.
		const steps = [
			aStep({ number: 1, name: 'build' }),
			aFailedStep({ number: 2, name: 'serve' }),
			aStep({ number: 3, name: 'stop', outcome: 'skipped', detail: 'Step 2 failed before it', attempts: [] }),
		];
		const text = formatTap(aRecord([aPrompt({ outcome: 'failed', steps }), aPrompt({ file: 'b.md' })]));
		const { results, version, points, strays } = readTap(text);
		assert.is(version, 14);
		assert.equal(strays, []);
		assert.equal([results.ok, results.count, results.pass, results.fail], [false, 2, 1, 1]);
		assert.is(results.plan.end, 2);
		const [first = []] = points;
		assert.equal(
			first.map(({ ok, name, skip }) => [ok, name, skip]),
			[
				[true, '1 build', false],
				[false, '2 serve', false],
				[true, '3 stop', 'Step 2 failed before it'],
			],
		);
		assert.equal(first[1]?.diag, {
			message: 'Line 2 differs',
			severity: 'fail',
			outcome: 'failed',
			reason: 'mismatch',
			file: 'prompts/deploy.md',
			line: 42,
			expected: 'line 2: listening',
			actual: 'line 2: EADDRINUSE',
			next: 'verify prompts/deploy.md --step 2',
		});
	});
	test('bails out when an executor was lost or the run was interrupted', () => {
		const lost = aStep({ outcome: 'infra', reason: 'executor-lost', attempts: [], detail: 'The executor went away' });
		const { results } = readTap(formatTap(aRecord([aPrompt({ outcome: 'infra', steps: [lost] })])));
		assert.is(results.bailout, 'The executor went away');
		assert.is(readTap(formatTap(aRecord([], { verdict: 'interrupted' }))).results.bailout, 'interrupted');
	});
	test('is a plan of nothing for a run of nothing', () => {
		assert.is(readTap(formatTap(aRecord([]))).results.ok, true);
		assert.is(readTap(formatTap(aRecord([aPrompt({ steps: [] })]))).results.ok, true);
	});
	test('is read with the same points whatever the record holds', () => {
		check(
			fc.property(hostileText(), (text) => {
				const { results, points, strays } = readTap(formatTap(aRecord([aHostilePrompt(text)])));
				assert.equal(strays, []);
				assert.equal([results.count, results.fail, results.bailout], [1, 1, false]);
				assert.equal(
					points.map((child) => child.map(({ ok, skip }) => [ok, skip !== false])),
					[
						[
							[true, false],
							[false, false],
							[false, false],
							[false, false],
							[false, false],
							[false, false],
							[true, true],
							[true, true],
						],
					],
				);
				for (const { ok, diag } of points[0] ?? []) if (!ok) assert.type(diag?.message, 'string');
			}),
			{ numRuns: 400 },
		);
	});
});
