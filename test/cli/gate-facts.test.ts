import * as assert from 'uvu/assert';
import { joinGateFacts } from '../../src/cli/gate-facts.ts';
import { createNodeWriters } from '../../src/host/node-writers.ts';
import type { AuditReport } from '../../src/ledger/audit.ts';
import type { RunTally } from '../../src/ledger/audit-tally.ts';
import { describe } from '../helpers/suite.ts';

type Result = RunTally['results'][number];

const DIGEST = 'd'.repeat(64);

const result = (number: number, digest = DIGEST): Result => ({
	kind: 'result',
	run: 'run',
	execution: `execution ${number}`,
	marker: `marker ${number}`,
	step: { number, name: `step ${number}`, digest },
	attempt: 1,
	command_sha256: 'c'.repeat(64),
	outcome: 'passed',
	reason: null,
	evidence: 'signed',
	evidence_needed: 'printed',
	count: 'step',
	exit_code: 0,
	signal: null,
	duration_ms: 1,
	output_sha256: null,
	bytes: 0,
	environment_sha256: 'f'.repeat(64),
	excerpt: '',
	executor: 'embedded',
	attestation: null,
});

const run = (results: readonly Result[], more: Partial<RunTally> = {}): RunTally => ({
	run: 'run',
	place: { file: 'ledger', line: 1, offset: 0 },
	at: '2026-01-01T00:00:00.000Z',
	isSettled: true,
	isComplete: true,
	results,
	flaky: new Set(),
	unreported: [],
	scores: [],
	isLost: false,
	isConfirmed: false,
	...more,
});

const factsOf = (runs: readonly RunTally[], steps: number) => {
	const report: AuditReport = {
		isIntact: true,
		findings: [],
		derived: null,
		runs,
		records: 0,
		keys: [],
		isKeyListKnown: false,
	};
	const content = {
		metrics: null,
		settings: {},
		count: 'step',
		steps: Array.from({ length: steps }, (_, index) => ({
			number: index + 1,
			name: `step ${index + 1}`,
			digest: DIGEST,
			isRunnable: true,
			platforms: [],
		})),
	} as const;
	const watch = { writers: createNodeWriters(), nowMs: 0 };
	return joinGateFacts({ file: 'a.md', content }, report, { watch, policyProblems: [] });
};

describe('joinGateFacts()', ({ test }) => {
	test('gives a step the passes of whatever had its content', () => {
		const facts = factsOf([run([result(7)]), run([result(8, 'e'.repeat(64))])], 1);
		assert.equal(facts.steps[0]?.passes, [{ evidence: 'signed', isConfirmed: false }]);
	});

	test('gives no credit for a flaky pass, nor for a failure', () => {
		const facts = factsOf([run([result(1)], { flaky: new Set([1]) }), run([{ ...result(1), outcome: 'failed' }])], 1);
		assert.equal(facts.steps[0]?.passes, []);
	});

	test('tells each kind of pass once, however many steps and runs there were', () => {
		const all = Array.from({ length: 1000 }, (_, index) => result(index + 1));
		const runs = [run(all), run(all, { isConfirmed: true }), run([{ ...result(1), evidence: 'bound' }]), run(all)];
		const facts = factsOf(runs, 1000);
		for (const { passes } of facts.steps) {
			assert.equal(passes, [
				{ evidence: 'signed', isConfirmed: false },
				{ evidence: 'signed', isConfirmed: true },
				{ evidence: 'bound', isConfirmed: false },
			]);
		}
	});
});
