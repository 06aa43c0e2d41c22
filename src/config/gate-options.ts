import type { OptionSpec } from './options.ts';

/** Every option of the gate; in files they stand under the key `gate`. */
export const GATE_OPTIONS = [
	{
		key: 'confidence',
		type: { kind: 'share' },
		defaultText: '0',
		env: 'VERIFY_GATE_CONFIDENCE',
		flag: '--confidence <share>',
		description: 'Least Wilson 95 % lower bound to graduate, such as 0.8; 0 asks for none',
	},
	{
		key: 'minRuns',
		type: { kind: 'integer', min: 0, max: 1_000_000 },
		defaultText: '0',
		env: 'VERIFY_GATE_MIN_RUNS',
		flag: '--min-runs <n>',
		description: 'Least number of results that counted, failures among them',
	},
	{
		key: 'adopted',
		type: { kind: 'choice', choices: ['count', 'ignore'] },
		defaultText: 'count',
		env: 'VERIFY_GATE_ADOPTED',
		flag: '--adopted <how>',
		description: 'Whether successes count that stood in the file before its record began; failures always do',
	},
	{
		key: 'evidence',
		type: { kind: 'choice', choices: ['none', 'claimed', 'printed', 'bound', 'signed'] },
		defaultText: 'bound',
		env: 'VERIFY_GATE_EVIDENCE',
		flag: '--evidence <level>',
		description: 'What a pass must have proved to count',
	},
	{
		key: 'requireAgent',
		type: { kind: 'flag' },
		defaultText: 'false',
		env: 'VERIFY_GATE_REQUIRE_AGENT',
		flag: '--require-agent',
		description: "Ask for a pass of each step that was found in its agent's transcript (verify confirm)",
	},
	{
		key: 'trusted',
		type: { kind: 'share' },
		defaultText: '0.9',
		env: 'VERIFY_GATE_TRUSTED',
		flag: '--trusted <share>',
		description: 'Bound from which a graduated prompt is trusted',
	},
	{
		key: 'maxUnreported',
		type: { kind: 'integer', min: 0, max: 1_000_000 },
		defaultText: null,
		env: 'VERIFY_GATE_MAX_UNREPORTED',
		flag: '--max-unreported <n>',
		description: 'How many runs may have begun and never been reported (default: any, once a whole run followed)',
	},
] as const satisfies readonly OptionSpec[];

/** A key of the options of the gate. */
export type GateOptionKey = (typeof GATE_OPTIONS)[number]['key'];
