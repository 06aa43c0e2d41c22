import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { pluralize } from '../../core/pluralize.ts';
import { formatBytes } from '../../report/format-bytes.ts';
import { AGENT_FORMATS } from '../../transcript/agents/formats.ts';
import { checkFolder } from './check-files.ts';
import { type Finding, ok, trouble } from './finding.ts';

/** What Claude Code keeps when nothing is configured. */
const DEFAULT_DAYS = 30;
/** Less than a week, and a run of last sprint can't be confirmed any more. */
const FEW_DAYS = 7;

/** Looks where transcripts are and how long they stay: ours, and those of agents. */
export async function checkTranscripts(config: Config, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
	const agents = await Promise.all(
		AGENT_FORMATS.flatMap((format) => format.allFolders(env).map((path) => checkAgent(format.name, path))),
	);
	return [await checkOurs(config), ...agents, await checkRetention(env)];
}

async function checkOurs(config: Config): Promise<Finding> {
	const folder = config.transcripts;
	const finding = await checkFolder('transcripts', 'ours', folder);
	if (finding.mark !== 'ok') return finding;
	const { files, bytes } = await sizeOf(folder);
	if (files === 0) return finding;
	const size = `${pluralize(files, 'file')}, ${formatBytes(bytes)}`;
	return { ...finding, detail: `${finding.detail}, ${size}, ${tellRetention(config)}` };
}

/** As `verify prune` and the end of each run go by it. */
function tellRetention({ keepRuns, keepDays, keepBytes }: Config): string {
	const limits = [
		...(keepRuns === 0 ? [] : [`${pluralize(keepRuns, 'run')} of each prompt`]),
		...(keepDays === 0 ? [] : [pluralize(keepDays, 'day')]),
		...(keepBytes === 0 ? [] : [formatBytes(keepBytes)]),
	];
	return limits.length === 0 ? 'kept until you remove them' : `pruned beyond ${limits.join(', ')}`;
}

async function checkAgent(name: string, folder: string): Promise<Finding> {
	const isThere = await stat(folder).then(
		(found) => found.isDirectory(),
		() => false,
	);
	if (!isThere) return ok('transcripts', name, `none, ${folder} does not exist`);
	const entries = await readdir(folder).catch(() => null);
	if (entries !== null) return ok('transcripts', name, `${folder}, ${pluralize(entries.length, 'project')}`);
	const problem = { section: 'transcripts', name, detail: `${folder} cannot be read` } as const;
	return trouble('warn', problem, 'Let this user read it: runs of an agent can only be confirmed from there');
}

async function checkRetention(env: NodeJS.ProcessEnv): Promise<Finding> {
	const place = { section: 'transcripts', name: 'retention' } as const;
	const home = env.CLAUDE_CONFIG_DIR || join(env.HOME || homedir(), '.claude');
	const found = await readDays([join('.claude', 'settings.local.json'), join(home, 'settings.json')]);
	if (env.CLAUDE_CODE_SKIP_PROMPT_HISTORY) {
		return trouble(
			'warn',
			{ ...place, detail: 'CLAUDE_CODE_SKIP_PROMPT_HISTORY is set: Claude Code writes no transcripts' },
			'Unset it where runs of an agent shall be confirmed',
		);
	}
	const detail = `Claude Code keeps transcripts for ${found.days} days (${found.source})`;
	if (found.days >= FEW_DAYS) return ok('transcripts', 'retention', `${detail}: confirm runs before`);
	return trouble(
		'warn',
		{ ...place, detail },
		`Set cleanupPeriodDays to ${DEFAULT_DAYS} or more in ${join(home, 'settings.json')}`,
	);
}

/** @returns What the first of the files says that says anything. */
async function readDays(files: readonly string[]): Promise<{ readonly days: number; readonly source: string }> {
	for (const file of files) {
		try {
			const days = (JSON.parse(await readFile(file, 'utf8')) as { cleanupPeriodDays?: unknown }).cleanupPeriodDays;
			if (typeof days === 'number') return { days, source: `cleanupPeriodDays of ${file}` };
		} catch {
			// Missing or broken: the agent goes on without it, too.
		}
	}
	return { days: DEFAULT_DAYS, source: 'its default' };
}

async function sizeOf(folder: string): Promise<{ readonly files: number; readonly bytes: number }> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
	const transcripts = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'));
	// Node 20.12 renamed `path` to `parentPath`.
	const sizes = await Promise.all(
		transcripts.map((entry) =>
			stat(join(entry.parentPath ?? entry.path, entry.name)).then(
				({ size }) => size,
				() => 0,
			),
		),
	);
	return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
