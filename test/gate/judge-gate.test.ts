import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { GatePolicy } from '../../src/core/gate-policy.ts';
import { EVIDENCE_LEVELS, type Evidence } from '../../src/core/outcomes.ts';
import type { GateFacts, RecordFacts, StepFacts } from '../../src/gate/gate-facts.ts';
import { judgeCounts } from '../../src/gate/judge-counts.ts';
import { judgeGate } from '../../src/gate/judge-gate.ts';
import { tightenPolicy } from '../../src/gate/tighten-policy.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const POLICY: GatePolicy = {
	confidence: 0,
	minRuns: 0,
	adopted: 'count',
	evidence: 'bound',
	requireAgent: false,
	trusted: 0.9,
	maxUnreported: null,
};
const NONE: Readonly<Record<Evidence, number>> = { none: 0, claimed: 0, printed: 0, bound: 0, signed: 0 };

const step = (facts: Partial<StepFacts> = {}): StepFacts => ({
	number: 1,
	name: 'Build',
	isRunnable: true,
	platforms: [],
	passes: [{ evidence: 'signed', isConfirmed: false }],
	hasOldResults: false,
	...facts,
});

const record = (facts: Partial<RecordFacts> = {}): RecordFacts => ({
	isIntact: true,
	adopted: { success: 0, failure: 0 },
	successes: { ...NONE, signed: 12 },
	failures: 0,
	unreported: 0,
	unreportedSince: 0,
	...facts,
});

const prompt = (facts: Partial<GateFacts> = {}): GateFacts => ({
	file: 'prompts/build.md',
	counts: { success: 12, failure: 0 },
	record: record(),
	steps: [step()],
	successesPerRun: 1,
	policyProblems: [],
	...facts,
});

const codesOf = (facts: GateFacts, policy: Partial<GatePolicy> = {}): readonly string[] =>
	judgeGate(facts, { ...POLICY, ...policy }).unmet.map(({ code }) => code);

describe('judgeGate()', ({ test }) => {
	test('is met by counts, passes on the present content, proof and an intact record', () => {
		const { isMet, stage, evidence, unmet, cleanRunsMissing } = judgeGate(prompt(), POLICY);
		assert.equal([isMet, stage, evidence, unmet, cleanRunsMissing], [true, 'graduated', 'signed', [], 0]);
	});

	for (const [what, facts, policy, codes] of [
		['no metrics', { counts: null }, {}, ['no-counts']],
		['no steps', { steps: [] }, {}, ['no-steps']],
		['a broken record', { record: record({ isIntact: false }) }, {}, ['record-broken']],
		['nine successes', { record: record({ successes: { ...NONE, bound: 9 } }) }, {}, ['too-few-successes']],
		['19:2', { record: record({ successes: { ...NONE, bound: 19 }, failures: 2 }) }, {}, ['too-few-successes']],
		['fewer runs than the policy wants', {}, { minRuns: 13 }, ['too-few-runs']],
		['a bound below what the policy wants', {}, { confidence: 0.8 }, ['bound-too-low']],
		['a step that can not run', { steps: [step({ isRunnable: false, passes: [] })] }, {}, ['step-not-runnable']],
		['a step without a pass', { steps: [step(), step({ number: 2, passes: [] })] }, {}, ['step-not-passed']],
		[
			'a step whose only pass proves too little, and the successes it gave',
			{
				record: record({ successes: { ...NONE, printed: 12 } }),
				steps: [step({ passes: [{ evidence: 'printed', isConfirmed: true }] })],
			},
			{},
			['too-few-successes', 'step-not-proven'],
		],
		['no pass that its agent confirms', {}, { requireAgent: true }, ['step-not-confirmed']],
		[
			'a confirmed pass that proves too little beside one that nobody confirms',
			{
				steps: [
					step({
						passes: [
							{ evidence: 'signed', isConfirmed: false },
							{ evidence: 'printed', isConfirmed: true },
						],
					}),
				],
			},
			{ requireAgent: true },
			['step-not-confirmed'],
		],
		['a run that was not reported', { record: record({ unreported: 1, unreportedSince: 1 }) }, {}, ['run-unreported']],
		['too many of them', { record: record({ unreported: 3 }) }, { maxUnreported: 2 }, ['too-many-unreported']],
		['wishes that can not be read', { policyProblems: ['Unknown key "gate.x"'] }, {}, ['policy-unreadable']],
	] as const) {
		test(`is not met by ${what}`, () => {
			assert.equal(codesOf(prompt(facts), policy), codes);
			assert.is(judgeGate(prompt(facts), { ...POLICY, ...policy }).stage, 'development');
		});
	}

	test('lets runs lie that were not reported, once a whole run has followed', () => {
		assert.equal(codesOf(prompt({ record: record({ unreported: 4 }) })), []);
	});

	test('says of each condition what to do, and names the prompt where a command does it', () => {
		const facts = prompt({ record: record({ isIntact: false, successes: NONE }), steps: [step({ passes: [] })] });
		for (const { message, advice } of judgeGate(facts, POLICY).unmet) {
			assert.match(message, /^[A-Z].*[^.]$/);
			assert.ok(advice.includes('prompts/build.md'), advice);
		}
	});

	test('quotes the prompt in its commands where a shell needs it', () => {
		const broken = record({ isIntact: false, successes: NONE });
		const facts = prompt({ file: 'prompts/my build.md', record: broken, steps: [step({ passes: [] })] });
		for (const { advice } of judgeGate(facts, POLICY).unmet)
			assert.match(advice, /verify (audit )?'prompts\/my build\.md'/);
	});

	test('tells an edited step from one that never ran, and where it can run', () => {
		const edited = step({ passes: [], hasOldResults: true, platforms: ['darwin'] });
		const [condition] = judgeGate(prompt({ steps: [edited] }), POLICY).unmet;
		assert.match(condition?.message ?? '', /was edited/);
		assert.match(condition?.advice ?? '', /on darwin/);
	});

	test('takes all counts of a prompt without a record as adopted, and still asks for a pass of each step', () => {
		const facts = prompt({ counts: { success: 40, failure: 1 }, record: null, steps: [step({ passes: [] })] });
		const verdict = judgeGate(facts, POLICY);
		assert.equal(verdict.counts, { success: 40, failure: 1 });
		assert.equal(codesOf(facts), ['step-not-passed']);
		assert.is(verdict.cleanRunsMissing, 1);
		assert.equal(judgeGate(facts, { ...POLICY, adopted: 'ignore' }).counts, { success: 0, failure: 1 });
	});

	test('ignores adopted successes where the policy does, but no failure', () => {
		const facts = prompt({ record: record({ adopted: { success: 50, failure: 2 } }) });
		assert.equal(codesOf(facts), []);
		const verdict = judgeGate(facts, { ...POLICY, adopted: 'ignore' });
		assert.equal([verdict.counts, verdict.successesIgnored], [{ success: 12, failure: 2 }, 50]);
		assert.is(verdict.successesMissing, 8);
	});

	test('is trusted from the bound that the policy names', () => {
		assert.is(judgeGate(prompt(), { ...POLICY, trusted: 0.75 }).stage, 'trusted');
		assert.is(judgeGate(prompt({ record: record({ successes: { ...NONE, signed: 35 } }) }), POLICY).stage, 'trusted');
	});

	test('counts missing runs by what a clean run adds', () => {
		const facts = prompt({ record: record({ successes: { ...NONE, bound: 3 } }), successesPerRun: 3 });
		const verdict = judgeGate(facts, POLICY);
		assert.equal([verdict.successesMissing, verdict.cleanRunsMissing], [7, 3]);
	});

	test('gives the weakest step by its best pass as evidence', () => {
		const strong = step({
			passes: [
				{ evidence: 'bound', isConfirmed: false },
				{ evidence: 'signed', isConfirmed: false },
			],
		});
		const weak = step({ passes: [{ evidence: 'bound', isConfirmed: false }] });
		assert.is(judgeGate(prompt({ steps: [strong, weak] }), POLICY).evidence, 'bound');
		assert.is(judgeGate(prompt({ steps: [strong, step({ passes: [] })] }), POLICY).evidence, 'none');
	});

	const numbers = fc.record({ success: fc.nat(300), failure: fc.nat(12) });
	const policies: fc.Arbitrary<GatePolicy> = fc.record({
		confidence: fc.constantFrom(0, 0.5, 0.8, 0.9),
		minRuns: fc.nat(60),
		adopted: fc.constantFrom('count', 'ignore'),
		evidence: fc.constantFrom(...EVIDENCE_LEVELS),
		requireAgent: fc.boolean(),
		trusted: fc.constantFrom(0.7, 0.9, 0.95),
		maxUnreported: fc.constantFrom(null, 0, 2),
	});
	const facts: fc.Arbitrary<GateFacts> = fc
		.record({
			adopted: numbers,
			successes: fc.record({
				none: fc.nat(9),
				claimed: fc.nat(9),
				printed: fc.nat(9),
				bound: fc.nat(60),
				signed: fc.nat(60),
			}),
			failures: fc.nat(6),
			unreported: fc.nat(3),
			unreportedSince: fc.nat(1),
			isIntact: fc.boolean(),
			passes: fc.array(fc.record({ evidence: fc.constantFrom(...EVIDENCE_LEVELS), isConfirmed: fc.boolean() })),
			perRun: fc.integer({ min: 1, max: 5 }),
		})
		.map(({ passes, perRun, ...rest }) => ({
			...prompt({ record: rest, steps: [step({ passes })], successesPerRun: perRun }),
		}));

	test('agrees with the rule of counts alone where nothing else is lacking', () => {
		check(
			fc.property(numbers, (counts) => {
				const verdict = judgeGate(prompt({ counts, record: null }), POLICY);
				const rule = judgeCounts(counts);
				assert.equal(
					[verdict.isMet, verdict.stage, verdict.bound, verdict.successesMissing],
					[rule.isMet, rule.stage, rule.bound, rule.cleanRunsMissing],
				);
			}),
		);
	});

	test('says exactly how many successes are missing', () => {
		check(
			fc.property(facts, policies, (some, policy) => {
				const { successesMissing: missing, successesIgnored } = judgeGate(some, policy);
				const found = some.record ?? record();
				const after = (more: number): GateFacts => ({
					...some,
					record: { ...found, successes: { ...found.successes, signed: found.successes.signed + more } },
				});
				const lacksCounts = (more: number): boolean =>
					judgeGate(after(more), policy).unmet.some(({ code }) =>
						['too-few-successes', 'too-few-runs', 'bound-too-low'].includes(code),
					);
				assert.not(lacksCounts(missing));
				assert.ok(missing === 0 || lacksCounts(missing - 1));
				assert.ok(successesIgnored >= 0);
			}),
		);
	});

	test('gives nobody a better stage for tightening a policy, whatever a prompt wishes', () => {
		const rank = { development: 0, graduated: 1, trusted: 2 };
		check(
			fc.property(facts, policies, fc.record({ ...wishes }, { requiredKeys: [] }), (some, policy, wish) => {
				const { policy: tight, refused } = tightenPolicy(policy, wish);
				assert.ok(rank[judgeGate(some, tight).stage] <= rank[judgeGate(some, policy).stage]);
				for (const { key, kept } of refused) assert.is(tight[key], kept);
				for (const key of Object.keys(wish) as (keyof GatePolicy)[]) {
					if (!refused.some((one) => one.key === key)) assert.is(tight[key], wish[key]);
				}
			}),
		);
	});

	const wishes = {
		confidence: fc.constantFrom(0, 0.6, 0.85),
		minRuns: fc.nat(60),
		adopted: fc.constantFrom('count' as const, 'ignore' as const),
		evidence: fc.constantFrom(...EVIDENCE_LEVELS),
		requireAgent: fc.boolean(),
		trusted: fc.constantFrom(0.5, 0.92),
		maxUnreported: fc.constantFrom(0, 1, 9),
	};
});
