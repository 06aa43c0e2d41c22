import { relative, resolve, sep } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { Hashes, Journals } from '../../core/ports.ts';
import type { PlannedPrompt } from '../../run/plan-prompt.ts';
import { createFailedFilter, createFileFilter } from '../../run/select-filters.ts';
import { explainEmpty, type StepFilter, selectSteps } from '../../run/select-steps.ts';
import type { PlanSettings } from '../../run/settings.ts';
import { pickShard, type Shard } from '../../run/shard-prompts.ts';
import { readLastResults } from './last-results.ts';
import type { Selection } from './parse-selection.ts';

/** What selecting asks of the machine. */
export interface SelectionHost {
	readonly hashes: Hashes;
	readonly journals: Journals;
	/** Folder of all runs. */
	readonly reports: string;
	readonly settings: PlanSettings;
}

/**
 * Finds everything out that a selection depends on: history, shards, earlier results. It is asked once; the filters hold also for prompts that
 * are read again later. A shard is a part of what steps, names, tags and changes leave; what failed on this machine can not change it.
 *
 * @param prompts - With all their steps.
 * @throws {AppError} `USAGE`: git knows no such revision. `NOTHING_SELECTED`: no step is left, with what would have been.
 */
export async function resolveFilters(
	prompts: readonly PlannedPrompt[],
	selection: Selection,
	host: SelectionHost,
): Promise<readonly StepFilter[]> {
	const filters = [...selection.filters];
	if (selection.changedSince !== null) {
		const revision = selection.changedSince;
		// Git and globs are loaded by those who ask for them only.
		const { findChangedPrompts } = await import('./changed-prompts.ts');
		const history = await openHistory();
		const changed = await findChangedPrompts(prompts, { revision, history, settings: host.settings });
		const whenEmpty = 'the steps are as they were, and so is what they watch';
		filters.push(createFileFilter(changed, `--changed ${revision}`, { whenEmpty }));
	}
	if (selection.shard !== null) {
		const selected = selectSteps(prompts, filters);
		refuseEmpty(prompts, selected, filters);
		const { readLastDurations } = await import('./last-durations.ts');
		const history = await openHistory();
		const durations = await readLastDurations(selected, { journals: host.journals, history });
		filters.push(createShardFilter(selected, durations, { shard: selection.shard, hashes: host.hashes }));
	}
	if (selection.isFailed) filters.push(createFailedFilter(await readLastResults(prompts, host.reports), '--failed'));
	refuseEmpty(prompts, selectSteps(prompts, filters), filters);
	return filters;
}

const openHistory = async () => (await import('../../host/git-history.ts')).createGitHistory();

function createShardFilter(
	prompts: readonly PlannedPrompt[],
	durations: readonly (number | null)[],
	{ shard, hashes }: { readonly shard: Shard; readonly hashes: Hashes },
): StepFilter {
	// However the user wrote the path: it must be the same on every machine.
	const named = prompts.map(({ file }, index) => ({
		file,
		name: relative('', resolve(file)).split(sep).join('/'),
		durationMs: durations[index] ?? null,
	}));
	const picked = pickShard(named, shard, hashes);
	const files = new Set(named.filter(({ name }) => picked.has(name)).map(({ file }) => file));
	if (files.size > 0) return createFileFilter(files, `--shard ${shard.index}/${shard.count}`);
	const what = prompts.length === 1 ? 'prompt is' : 'prompts are';
	throw new AppError(
		'NOTHING_SELECTED',
		`Cannot run: shard ${shard.index} of ${shard.count} is empty, only ${prompts.length} ${what} selected`,
		{ advice: `Split into ${prompts.length} at most: a prompt is never torn apart` },
	);
}

function refuseEmpty(
	prompts: readonly PlannedPrompt[],
	selected: readonly PlannedPrompt[],
	filters: readonly StepFilter[],
): void {
	if (selected.length > 0) return;
	const { message, advice } =
		filters.length > 0
			? explainEmpty(prompts, filters)
			: { message: 'Cannot run: no step was selected', advice: 'See what a prompt holds with: verify show <prompt>' };
	throw new AppError('NOTHING_SELECTED', message, { advice });
}
