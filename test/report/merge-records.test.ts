import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { mergeRecords } from '../../src/report/merge-records.ts';
import type { RunRecord } from '../../src/report/run-record.ts';
import { check } from '../helpers/check.ts';
import { aRecord, runId } from '../helpers/report-samples.ts';
import { aPrompt, aStep } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';

const outcome = fc.constantFrom('passed', 'failed', 'infra', 'skipped', 'unproven');
const prompt = fc
	.record({
		file: fc.constantFrom('a.md', 'b.md', 'c.md'),
		steps: fc.uniqueArray(fc.record({ number: fc.integer({ min: 1, max: 6 }), outcome }), {
			selector: ({ number }) => number,
		}),
	})
	.map(({ file, steps }) => aPrompt({ file, steps: steps.map((step) => aStep({ file, ...step })) }));
const shard = fc.record({
	prompts: fc.uniqueArray(prompt, { selector: ({ file }) => file }),
	exitCode: fc.constantFrom(0, 1, 3, 4),
	warnings: fc.array(fc.constantFrom('one', 'two')),
});
const shards: fc.Arbitrary<RunRecord[]> = fc
	.array(shard, { minLength: 1, maxLength: 5 })
	.map((parts) =>
		parts.map((part, index) => aRecord({ ...part, run: runId(index), verdict: `code ${part.exitCode}` })),
	);

describe('mergeRecords()', ({ test }) => {
	test('gives the same bytes in any order, and of repeated shards', () => {
		check(
			fc.property(
				shards.chain((parts) =>
					fc.record({
						parts: fc.constant(parts),
						shuffled: fc.shuffledSubarray([...parts, ...parts], { minLength: parts.length * 2 }),
					}),
				),
				({ parts, shuffled }) => assert.is(JSON.stringify(mergeRecords(shuffled)), JSON.stringify(mergeRecords(parts))),
			),
		);
	});

	test('loses no step, and never makes an outcome or a verdict better', () => {
		check(
			fc.property(shards, (parts) => {
				const merged = mergeRecords(parts);
				const find = (file: string, number: number) =>
					merged.prompts.find((other) => other.file === file)?.steps.find((step) => step.number === number);
				for (const step of parts.flatMap((part) => part.prompts.flatMap(({ steps }) => steps))) {
					const found = find(step.file, step.number)?.outcome;
					assert.ok(found !== undefined);
					if (step.outcome === 'failed') assert.ok(found === 'failed' || found === 'unproven', found);
				}
				const codes = parts.map(({ exitCode }) => exitCode ?? 0);
				assert.is(
					merged.exitCode,
					[4, 1, 3, 0].find((code) => codes.includes(code)),
				);
			}),
		);
	});

	test('joins the shards of one prompt: what one skipped, another ran', () => {
		const part = (run: number, passed: number) =>
			aRecord({
				run: runId(run),
				exitCode: 0,
				verdict: 'passed',
				prompts: [
					aPrompt({
						steps: [1, 2].map((number) => aStep({ number, outcome: number === passed ? 'passed' : 'skipped' })),
					}),
				],
			});
		const merged = mergeRecords([part(2, 2), part(1, 1)]);
		assert.equal(
			merged.prompts[0]?.steps.map(({ outcome: is }) => is),
			['passed', 'passed'],
		);
		assert.is(merged.prompts[0]?.outcome, 'passed');
		assert.equal(merged.prompts[0]?.counts.added, { success: 2, failure: 0 });
		assert.equal(
			merged.shards?.map(({ run }) => run),
			[runId(1), runId(2)],
		);
		assert.is(merged.totals?.steps, 2);
	});

	test('leaves a single record as it is, and needs one', () => {
		const record = aRecord();
		assert.is(mergeRecords([record]), record);
		assert.throws(() => mergeRecords([]), /nothing to merge/);
	});
});
