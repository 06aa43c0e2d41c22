import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pluralize } from '../../core/pluralize.ts';
import { formatBytes } from '../../report/format-bytes.ts';
import { createHost } from '../create-host.ts';
import type { Invocation } from '../io.ts';
import { loadConfig } from '../load-config.ts';
import { optionText } from '../option-text.ts';
import { toRunFlags } from '../parse-argv.ts';
import { type PrunedRun, type Pruning, pruneRuns } from '../prune/prune-runs.ts';
import { toRetention } from '../prune/to-retention.ts';

const WORDS: Readonly<Record<PrunedRun['why'], string>> = {
	runs: 'each of its prompts has enough newer runs',
	age: 'too old',
	bytes: 'more than may be kept',
	unfinished: 'it never ended',
};

/** `verify prune`: removes reports and transcripts of runs beyond what is kept; exit 3 when something could not be removed. */
export async function prune({ options, io }: Invocation): Promise<number> {
	const configFile = optionText(options.config);
	const config = await loadConfig(toRunFlags(options), io, configFile);
	const host = createHost();
	const isDry = options.dryRun === true;
	const places = { reports: config.reports, transcripts: config.transcripts };
	const pruning = await pruneRuns(places, toRetention(config), { isDry, nowMs: host.clock.nowMs() });
	if (pruning.removed.length > 0 && !isDry) await renewIndex(config.reports, host.files);
	if (options.json === true) io.out(JSON.stringify({ isDry, ...pruning, bytes: bytesOf(pruning) }));
	else for (const run of pruning.removed) io.out(formatRun(run));
	for (const problem of pruning.problems) io.err(`verify: ${problem}`);
	io.err(formatSummary(pruning, isDry));
	return pruning.problems.length === 0 ? 0 : 3;
}

const bytesOf = ({ removed }: Pruning): number => removed.reduce((sum, { bytes }) => sum + bytes, 0);

const formatRun = ({ run, why, bytes }: PrunedRun): string => `${run}  ${formatBytes(bytes)}  ${WORDS[why]}`;

function formatSummary(pruning: Pruning, isDry: boolean): string {
	const { removed, kept } = pruning;
	const runs = `${pluralize(removed.length, 'run')}, ${formatBytes(bytesOf(pruning))}`;
	return `verify: ${isDry ? 'would remove' : 'removed'} ${runs}; ${kept} kept; ledgers are never touched`;
}

/** The page over all runs must not lead to what is gone. */
async function renewIndex(reports: string, files: ReturnType<typeof createHost>['files']): Promise<void> {
	const path = join(resolve(reports), 'index.html');
	const isThere = await access(path).then(
		() => true,
		() => false,
	);
	if (!isThere) return;
	const { writeIndex } = await import('../html/write-reports.ts');
	await writeIndex(resolve(reports), files);
}
