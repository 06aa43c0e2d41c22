/** Options of `verify run` that say which steps run, how often, how far and in which order. */
export const SELECTION_OPTIONS = [
	{
		flag: '--step <steps>',
		description: 'Run only these steps: positions, ranges or names, such as 3 or 1-3 or 2,build',
	},
	{
		flag: '--grep <pattern>',
		description: 'Run only steps with this text or /regex/ in their name, or in the path or title of their prompt',
	},
	{ flag: '--tag <tags>', description: 'Run only steps with one of these tags, and none of those written !tag' },
	{ flag: '--failed', description: 'Run only what did not pass the last time, by the reports' },
	{
		flag: '--changed <revision>',
		description: 'Run only prompts whose steps, or files that they watch, changed since this revision of git',
	},
	{
		flag: '--shard <i/n>',
		description: 'Run one part of the whole, such as 1/3; all parts together are the whole',
	},
	{
		flag: '--repeat <n>',
		description: 'Run everything n times, count each, show how likely a step passes k times',
	},
	{ flag: '--bail [n]', description: 'Start nothing new after n failures (1 when no number is given)' },
	{
		flag: '--seed <n>',
		description: 'Shuffle the order of the prompts by a number; random draws one and prints it',
	},
	{
		flag: '--dry-run',
		description: 'Show what would run, with commands, limits and digests; run and write nothing',
	},
	{ flag: '--watch', description: 'Run again what a change touches, until q or Ctrl-C' },
] as const;
