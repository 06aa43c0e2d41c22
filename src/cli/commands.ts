import { GATE_OPTIONS } from '../config/gate-options.ts';
import { OPTIONS, type OptionKey, type OptionSpec } from '../config/options.ts';
import { SERVE_OPTIONS } from '../config/serve-options.ts';
import type { CommandOption, CommandSpec } from './command-spec.ts';
import { SELECTION_OPTIONS } from './select/selection-options.ts';

export type { CommandOption, CommandSpec } from './command-spec.ts';

const JSON_OPTION: CommandOption = { flag: '--json', description: 'Print only JSON on stdout' };
const CONFIG_OPTION: CommandOption = {
	flag: '--config <file>',
	description: 'Read this config file instead of verify.config.* or package.json#verify',
};

const CI_OPTION: CommandOption = {
	flag: '--ci <service>',
	description: 'Speak to github, gitlab or none (default: what GITHUB_ACTIONS and GITLAB_CI say)',
	choices: ['github', 'gitlab', 'none'],
};

/** Some options of a run, for a command that needs no others. */
const runOptions = (...keys: readonly OptionKey[]): readonly CommandOption[] =>
	OPTIONS.filter(({ key }) => keys.includes(key)).map(({ flag, description }) => ({ flag, description }));

const CACHE_OPTION: CommandOption = {
	flag: '--no-cache',
	description: 'Read every prompt anew: neither use nor keep what is remembered of those that did not change',
};

const SINCE_OPTION: CommandOption = {
	flag: '--since <revision>',
	description: 'Only prompts that are not as they were at this revision of git, or whose record is not',
};

/** Every command; the first one also runs when no command is named. */
export const COMMANDS = [
	{
		name: 'run',
		args: '<prompts…>',
		description: 'Run the verification steps of prompts, prove that they ran, count the results',
		takesRunOptions: true,
		options: [
			...SELECTION_OPTIONS,
			{ flag: '--json', description: 'Print only JSON lines on stdout, one an event' },
			{
				flag: '--report <format=file>',
				description: 'Also write junit, tap, md, json or codequality to a file (- is stdout); give it several times',
			},
			CI_OPTION,
			{ flag: '--verbose', description: 'Print a line for each step, also for those that passed' },
			{ flag: '--no-progress', description: 'Show no live progress' },
			{ flag: '--no-color', description: 'Use no colours (also: NO_COLOR=1)' },
			CONFIG_OPTION,
		],
		examples: [
			'verify prompts/*.md',
			'verify prompts/deploy.md --step 3 --no-write',
			'verify prompts/*.md --tag smoke,!slow --changed origin/main --dry-run',
			'verify prompts/*.md --failed --watch',
			'verify prompts/deploy.md --repeat 5',
			'verify prompts/*.md --shard 1/3 --seed random --bail',
			'verify prompts/*.md --json --jobs 4',
			'verify prompts/*.md --executor ws://127.0.0.1:8003/ws/mcp',
		],
	},
	{
		name: 'gate',
		args: '<prompts…>',
		description: 'Check that prompts may be trusted: ten successes for each failure, proven; exit 7 if not',
		takesRunOptions: false,
		takesGateOptions: true,
		options: [
			{ flag: '--policy <file>', description: 'Read the options of the gate from this file, YAML or JSON' },
			SINCE_OPTION,
			{ flag: '--write', description: 'Put the graduation mark into the file, or take it away, as the gate says' },
			CACHE_OPTION,
			CI_OPTION,
			JSON_OPTION,
			CONFIG_OPTION,
		],
		examples: [
			'verify gate prompts/*.md',
			'verify gate prompts/*.md --policy policy.yaml --since origin/main',
			'verify gate prompts/deploy.md --write',
		],
	},
	{
		name: 'audit',
		args: '<prompts…>',
		description: 'Derive the counts of prompts from their ledgers again, and name what was tampered with; exit 6',
		takesRunOptions: false,
		options: [
			{ flag: '--deep', description: 'Hold the ledgers against the transcripts of their runs as well' },
			{ flag: '--transcripts <folder>', description: 'Where those are (default: where the config has them)' },
			{
				flag: '--since <revision>',
				description: 'Every record that stood at this revision of git must still be there (HEAD is always asked)',
			},
			{ flag: '--rewrite-counts', description: 'Write the derived counts into the prompts' },
			{ flag: '--renamed-from <file>', description: 'Take over the ledger of a prompt that had this name before' },
			JSON_OPTION,
		],
		examples: [
			'verify audit prompts/*.md',
			'verify audit prompts/*.md --since origin/main --deep',
			'verify audit prompts/deploy.md --rewrite-counts',
			'verify audit prompts/release.md --renamed-from prompts/deploy.md',
		],
	},
	{
		name: 'show',
		args: '<prompts…>',
		description: 'Show what is understood of prompts: metrics, steps, expectations, problems',
		takesRunOptions: false,
		options: [JSON_OPTION],
		examples: ['verify show prompts/deploy.md', 'verify show prompts/*.md --json'],
	},
	{
		name: 'lint',
		args: '<prompts…>',
		description: 'Print what is wrong with prompts as file:line:col; exit 2 on errors',
		takesRunOptions: false,
		options: [
			JSON_OPTION,
			{
				flag: '--format <format>',
				description: 'text, json, sarif or codequality (default: text)',
				choices: ['text', 'json', 'sarif', 'codequality'],
			},
			{ flag: '-o, --output <file>', description: 'Write to this file instead of stdout' },
			CACHE_OPTION,
			CI_OPTION,
		],
		examples: ['verify lint prompts/*.md', 'verify lint prompts/*.md --format sarif --output lint.sarif'],
	},
	{
		name: 'find',
		args: '<marker> [more…]',
		description: 'Find markers in transcripts (or in the folders given) and say what kind of text they stand in',
		takesRunOptions: false,
		options: [JSON_OPTION],
		examples: [
			'verify find MARKER_start_1763720000_0123456789ABCDEFGHJKMNPQRS',
			'verify find MARKER_start_1763720000_0123456789ABCDEFGHJKMNPQRS ~/.claude/projects',
		],
	},
	{
		name: 'badge',
		args: '<prompt>',
		description: 'Make a badge of where a prompt stands, by the counts in it',
		takesRunOptions: false,
		options: [
			{
				flag: '--format <format>',
				description: 'svg, or shields for the JSON of a shields.io endpoint (default: svg)',
				choices: ['svg', 'shields'],
			},
			{ flag: '-o, --output <file>', description: 'Write to this file instead of stdout' },
		],
		examples: ['verify badge prompts/deploy.md --output deploy.svg', 'verify badge prompts/deploy.md --format shields'],
	},
	{
		name: 'confirm',
		args: '[run]',
		description: 'Find a run in the transcript of the agent that started it; exit 4 if it is not there',
		takesRunOptions: false,
		options: [
			{
				flag: '--transcripts <folder>',
				description: 'Look here; give it several times (default: where agents keep theirs)',
			},
			{
				flag: '--agent <name>',
				description: 'Only this agent: claude-code or codex (default: all)',
				choices: ['claude-code', 'codex'],
			},
			...runOptions('reports'),
			JSON_OPTION,
		],
		examples: ['verify confirm', 'verify confirm 019aa5d2 --transcripts ~/.claude/projects'],
	},
	{
		name: 'report',
		args: '[run…]',
		description: 'Write the report of a run again (default: the newest), in another format, or of several runs joined',
		takesRunOptions: false,
		options: [
			{
				flag: '--format <format>',
				description: 'html (default), md, json, junit or tap',
				choices: ['html', 'md', 'json', 'junit', 'tap'],
			},
			{ flag: '--merge', description: 'Join the shards of a split run: name the run.json of each, in any order' },
			{ flag: '-o, --output <file>', description: 'Write to this file; - is stdout' },
			{ flag: '--open', description: 'Show it in the browser (not in CI)' },
			...runOptions('reports'),
			CONFIG_OPTION,
		],
		examples: [
			'verify report --open',
			'verify report --format md',
			'verify report --merge shard-1/run.json shard-2/run.json --output report.html',
		],
	},
	{
		name: 'explain',
		args: '[step]',
		description: 'Show everything about one step of a run on one screen (default: the newest failure)',
		takesRunOptions: false,
		options: [
			...runOptions('reports'),
			JSON_OPTION,
			{ flag: '--no-color', description: 'Use no colours (also: NO_COLOR=1)' },
			CONFIG_OPTION,
		],
		examples: ['verify explain', 'verify explain prompts/deploy.md:3', 'verify explain 019aa5d2:3 --json'],
	},
	{
		name: 'accept',
		args: '<prompt>',
		description: 'Take what a step printed in its last run for what it shall print from now on; costs its credit',
		takesRunOptions: false,
		options: [
			{ flag: '--yes', description: 'Do not ask: write what is shown' },
			...runOptions('reports'),
			{ flag: '--no-color', description: 'Use no colours (also: NO_COLOR=1)' },
			CONFIG_OPTION,
		],
		examples: ['verify accept prompts/deploy.md:3', 'verify accept prompts/deploy.md --yes'],
	},
	{
		name: 'config',
		args: '',
		description: 'Print each value of the config and where it came from: default, file and line, environment, flag',
		takesRunOptions: true,
		options: [JSON_OPTION, CONFIG_OPTION],
		examples: ['verify config', 'verify config --timeout 1m --json'],
	},
	{
		name: 'new',
		args: '[name]',
		description: 'Write a new prompt from a template; without a name it asks, at a terminal',
		takesRunOptions: false,
		options: [
			{
				flag: '--template <template>',
				description: 'minimal or self-improving (default: self-improving)',
				choices: ['minimal', 'self-improving'],
			},
			{ flag: '--folder <folder>', description: 'Where to write it (default: prompts)' },
			{ flag: '--goal <text>', description: 'What its first step verifies (the template is minimal then)' },
			{ flag: '--command <command>', description: 'The command of its first step (the template is minimal then)' },
			{
				flag: '--skill [folder]',
				description:
					'Write no prompt, but the skill that teaches an agent to use verify (default: .claude/skills/verify)',
			},
		],
		examples: [
			'verify new deploy',
			'verify new deploy --template minimal',
			'verify new version --goal "The version is printed" --command "node --version"',
			'verify new --skill',
		],
	},
	{
		name: 'completions',
		args: '<shell>',
		description: 'Print a script that completes commands, options, prompts and runs in bash, zsh or fish',
		takesRunOptions: false,
		options: [],
		examples: ['verify completions bash'],
	},
	{
		name: 'doctor',
		args: '[prompts…]',
		description: 'Check the executor with commands of known ends, and all that a run needs; exit 3 if something fails',
		takesRunOptions: false,
		options: [
			...runOptions('executor', 'tokenFile', 'shell', 'grace', 'reports', 'transcripts'),
			JSON_OPTION,
			{ flag: '--no-color', description: 'Use no colours (also: NO_COLOR=1)' },
			CONFIG_OPTION,
		],
		examples: ['verify doctor', 'verify doctor prompts/*.md --executor ws://127.0.0.1:8003/ws/mcp'],
	},
	{
		name: 'attest',
		args: '[run]',
		description: 'Write what a run came to as in-toto statements (default: the newest run), or verify such a file',
		takesRunOptions: false,
		options: [
			{ flag: '--key <file>', description: 'Sign as DSSE envelopes with this Ed25519 key (PKCS #8, PEM)' },
			{ flag: '-o, --output <file>', description: 'Write to this file instead of stdout' },
			{
				flag: '--verify <file>',
				description: 'Check signatures and subjects of this file instead; exit 6 if one is not right',
			},
			{ flag: '--public-key <key>', description: 'Of the signer: a PEM file, or the 32 bytes in base64url' },
			...runOptions('reports'),
			JSON_OPTION,
			CONFIG_OPTION,
		],
		examples: [
			'verify attest',
			'verify attest --key signing.key --output run.intoto.jsonl',
			'verify attest --verify run.intoto.jsonl --public-key signing.pub',
		],
	},
	{
		name: 'serve',
		args: '',
		description: 'Run an executor in the foreground, for verify --executor and other clients',
		takesRunOptions: false,
		takesServeOptions: true,
		options: [],
		examples: [
			'verify serve',
			'verify serve --policy policy.json --root ~/work --audit audit.jsonl',
			'verify serve --host 0.0.0.0 --token-file token --tls-cert cert.pem --tls-key key.pem',
			'verify serve --sandbox bwrap --root ~/work --cpu-time 5m --memory 4G --processes 500',
		],
	},
	{
		name: 'prune',
		args: '',
		description: 'Remove reports and transcripts of runs beyond what is kept; ledgers are never touched',
		takesRunOptions: false,
		options: [
			...runOptions('keepRuns', 'keepDays', 'keepBytes', 'reports', 'transcripts'),
			{ flag: '--dry-run', description: 'Only tell what would be removed' },
			JSON_OPTION,
			CONFIG_OPTION,
		],
		examples: ['verify prune --dry-run', 'verify prune --keep-runs 10 --keep-days 30 --keep-bytes 500M'],
	},
	{
		name: 'mcp',
		args: '',
		description: 'Serve the Model Context Protocol over stdin and stdout, so that an agent has verify as tools',
		takesRunOptions: false,
		options: [{ flag: '--allow-outside', description: 'Let tools name paths outside of the working directory' }],
		examples: ['claude mcp add verify -- npx verify mcp'],
	},
] as const satisfies readonly CommandSpec[];

/** The table of options that a command takes. */
export const tableOf = ({
	takesRunOptions,
	takesServeOptions,
	takesGateOptions,
}: CommandSpec): readonly OptionSpec[] => [
	...(takesRunOptions ? OPTIONS : []),
	...(takesServeOptions ? SERVE_OPTIONS : []),
	...(takesGateOptions ? GATE_OPTIONS : []),
];

/** Name of a command. */
export type CommandName = (typeof COMMANDS)[number]['name'];
