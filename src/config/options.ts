/** How the value of an option is written. */
export type OptionType =
	| { readonly kind: 'string' }
	/** `ws://` or `wss://`, with a host. */
	| { readonly kind: 'websocket-url' }
	| { readonly kind: 'flag' }
	| { readonly kind: 'integer'; readonly min: number; readonly max: number }
	/** 0 or more and below 1, such as `0.8`. */
	| { readonly kind: 'share' }
	| { readonly kind: 'duration' }
	/** Bytes, with `K`, `M` or `G` for powers of 1,024. */
	| { readonly kind: 'size' }
	/** In the environment separated by commas; `none` is the empty list. */
	| { readonly kind: 'list' }
	/** Literal texts or `/regex/flags`; in the environment separated by commas; `none` is the empty list. */
	| { readonly kind: 'patterns' }
	| { readonly kind: 'choice'; readonly choices: readonly string[] };

/** One row of the table of options. */
export interface OptionSpec {
	/** Key in the config file. */
	readonly key: string;
	readonly type: OptionType;
	/** As a person would write it; `null`: no default. */
	readonly defaultText: string | null;
	/** Environment variable. */
	readonly env: string;
	/** Flag as help shows it, such as `--timeout <duration>`. */
	readonly flag: string;
	/** One line, capital first, no final period. */
	readonly description: string;
}

/** Error patterns of the first orchestration agent, and `FAILED`: an output line that holds one of them ends its step. */
export const DEFAULT_ERROR_PATTERNS = [
	'Traceback',
	'AssertionError',
	'ModuleNotFoundError',
	'SyntaxError',
	'NameError',
	'TypeError',
	'FAILURE',
	'FAILED',
	'command not found',
	'No such file or directory',
] as const;

/** Every option of a run: help text, config file, environment and flags are read by this table alone. */
export const OPTIONS = [
	{
		key: 'executor',
		type: { kind: 'websocket-url' },
		defaultText: null,
		env: 'VERIFY_EXECUTOR',
		flag: '--executor <url>',
		description: 'Run the steps on this executor (ws://host:port/ws/mcp) instead of the embedded one',
	},
	{
		key: 'tokenFile',
		type: { kind: 'string' },
		defaultText: null,
		env: 'VERIFY_TOKEN_FILE',
		flag: '--token-file <file>',
		description: 'File with the token that the executor asks for (or the token itself in VERIFY_TOKEN)',
	},
	{
		key: 'jobs',
		type: { kind: 'integer', min: 1, max: 1024 },
		defaultText: null,
		env: 'VERIFY_JOBS',
		flag: '--jobs <n>',
		description: 'How many prompts run at once (default: the cores of this machine)',
	},
	{
		key: 'timeout',
		type: { kind: 'duration' },
		defaultText: '5m',
		env: 'VERIFY_TIMEOUT',
		flag: '--timeout <duration>',
		description: 'Cancel a step that runs longer; 0 never does',
	},
	{
		key: 'stall',
		type: { kind: 'duration' },
		defaultText: '2m',
		env: 'VERIFY_STALL',
		flag: '--stall <duration>',
		description: 'Cancel a step that prints nothing for this long; 0 never does',
	},
	{
		key: 'grace',
		type: { kind: 'duration' },
		defaultText: '5s',
		env: 'VERIFY_GRACE',
		flag: '--grace <duration>',
		description: 'Time between SIGTERM and SIGKILL when a step is cancelled (embedded executor)',
	},
	{
		key: 'errorPatterns',
		type: { kind: 'patterns' },
		defaultText: DEFAULT_ERROR_PATTERNS.join(', '),
		env: 'VERIFY_ERROR_PATTERNS',
		flag: '--error-pattern <text>',
		description: 'Cancel a step that prints this text or /regex/; give it several times; "none" watches for nothing',
	},
	{
		key: 'retries',
		type: { kind: 'integer', min: 0, max: 100 },
		defaultText: '0',
		env: 'VERIFY_RETRIES',
		flag: '--retries <n>',
		description: 'Try a failed step again; a pass on retry is flaky and counts as a failure',
	},
	{
		key: 'evidence',
		type: { kind: 'choice', choices: ['auto', 'none', 'claimed', 'printed', 'bound', 'signed'] },
		defaultText: 'auto',
		env: 'VERIFY_EVIDENCE',
		flag: '--evidence <level>',
		description: 'What must be proven before a result counts; auto: signed where the executor signs, else bound',
	},
	{
		key: 'count',
		type: { kind: 'choice', choices: ['step', 'run'] },
		defaultText: 'step',
		env: 'VERIFY_COUNT',
		flag: '--count <unit>',
		description: 'Count each executed step, or the whole prompt once',
	},
	{
		key: 'stop',
		type: { kind: 'choice', choices: ['first-failure', 'never'] },
		defaultText: 'first-failure',
		env: 'VERIFY_STOP',
		flag: '--stop <when>',
		description: 'Stop a prompt at its first failure, or run all its steps',
	},
	{
		key: 'shell',
		type: { kind: 'string' },
		defaultText: 'sh',
		env: 'VERIFY_SHELL',
		flag: '--shell <program>',
		description: 'Shell for inline commands and for fences that name no shell of their own',
	},
	{
		key: 'write',
		type: { kind: 'flag' },
		defaultText: 'true',
		env: 'VERIFY_WRITE',
		flag: '--no-write',
		description: 'Show the counts, write none into the prompts',
	},
	{
		key: 'init',
		type: { kind: 'flag' },
		defaultText: 'false',
		env: 'VERIFY_INIT',
		flag: '--init',
		description: 'Add a metrics section to a prompt that has none',
	},
	{
		key: 'reports',
		type: { kind: 'string' },
		defaultText: 'reports',
		env: 'VERIFY_REPORTS',
		flag: '--reports <folder>',
		description: 'Where each run writes its folder of reports',
	},
	{
		key: 'html',
		type: { kind: 'flag' },
		defaultText: 'true',
		env: 'VERIFY_HTML',
		flag: '--no-html',
		description: 'Write no report.html and leave the index of all runs as it is',
	},
	{
		key: 'transcripts',
		type: { kind: 'string' },
		defaultText: 'transcripts',
		env: 'VERIFY_TRANSCRIPTS',
		flag: '--transcripts <folder>',
		description: 'Where the executor writes what happened',
	},
	{
		key: 'keepRuns',
		type: { kind: 'integer', min: 0, max: 1_000_000 },
		defaultText: '50',
		env: 'VERIFY_KEEP_RUNS',
		flag: '--keep-runs <n>',
		description: 'Keep reports and transcripts of so many runs of each prompt; 0 keeps all',
	},
	{
		key: 'keepDays',
		type: { kind: 'integer', min: 0, max: 100_000 },
		defaultText: '0',
		env: 'VERIFY_KEEP_DAYS',
		flag: '--keep-days <n>',
		description: 'Keep none that are older, but the newest of each prompt; 0 knows no age',
	},
	{
		key: 'keepBytes',
		type: { kind: 'size' },
		defaultText: '0',
		env: 'VERIFY_KEEP_BYTES',
		flag: '--keep-bytes <size>',
		description: 'Keep no more than this of reports and transcripts, newest first, such as 500M; 0 knows no limit',
	},
] as const satisfies readonly OptionSpec[];

/** A key of the config file. */
export type OptionKey = (typeof OPTIONS)[number]['key'];
