import * as assert from 'uvu/assert';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { type GateSources, resolveGatePolicy } from '../../src/config/resolve-gate-policy.ts';
import { describe } from '../helpers/suite.ts';

const resolve = (sources: Partial<GateSources>) =>
	resolveGatePolicy({ config: null, env: {}, policy: null, flags: {}, ...sources });
const issuesOf = (sources: Partial<GateSources>) => {
	const resolved = resolve(sources);
	return 'issues' in resolved ? resolved.issues : [];
};

describe('resolveGatePolicy()', ({ test }) => {
	test('has the documented defaults', () => {
		assert.equal(resolve({}), {
			policy: {
				confidence: 0,
				minRuns: 0,
				adopted: 'count',
				evidence: 'bound',
				requireAgent: false,
				trusted: 0.9,
				maxUnreported: null,
			},
		});
	});
	test('lets flags win over the policy file over the environment over the config file', () => {
		const resolved = resolve({
			config: { path: 'verify.config.json', values: { minRuns: 1, trusted: 0.5, confidence: 0.1, maxUnreported: 1 } },
			env: { VERIFY_GATE_MIN_RUNS: '2', VERIFY_GATE_TRUSTED: '.6', VERIFY_GATE_CONFIDENCE: '0.2' },
			policy: { path: 'policy.yaml', values: { minRuns: 3, trusted: 0.7 } },
			flags: { minRuns: '4' },
		});
		const policy = 'policy' in resolved ? resolved.policy : null;
		assert.equal([policy?.minRuns, policy?.trusted, policy?.confidence, policy?.maxUnreported], [4, 0.7, 0.2, 1]);
	});
	test('names every issue at once, each with its origin and the way out', () => {
		const issues = issuesOf({
			config: { path: 'a.json', values: { minRun: 1 } },
			env: { VERIFY_GATE_TRUSTED: '1' },
			policy: { path: 'b.yaml', values: ['x'] },
			flags: { evidence: 'signd' },
		});
		assert.equal(
			issues.map(({ origin, key }) => [origin, key]),
			[
				['a.json', 'gate.minRun'],
				['VERIFY_GATE_TRUSTED', 'gate.trusted'],
				['b.yaml', 'gate'],
				['--evidence', 'gate.evidence'],
			],
		);
		assert.match(issues[0]?.advice ?? '', /gate\.minRuns/);
		assert.match(issues[3]?.advice ?? '', /did you mean signed/);
	});
	for (const share of ['1', '-0.1', '80%', '', 'much'] as const) {
		test(`refuses "${share}" as a share`, () => assert.is(issuesOf({ flags: { confidence: share } }).length, 1));
	}
});

describe('resolveConfig()', ({ test }) => {
	test('takes the options of the gate in the config file, and says where they are wrong', () => {
		const withGate = (gate: unknown) =>
			resolveConfig({ file: { path: 'f.json', values: { gate } }, env: {}, flags: {}, cores: 1 });
		assert.ok('config' in withGate({ minRuns: 20 }));
		const refused = withGate({ minRuns: 'many' });
		assert.is('issues' in refused && refused.issues[0]?.message, 'Cannot use "many" for gate.minRuns');
	});
});
