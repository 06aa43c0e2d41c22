import { dirname, join } from 'node:path';
import { glob } from 'tinyglobby';
import { AppError, isAppError } from '../../core/errors.ts';
import type { GitHistory } from '../../host/git-history.ts';
import { parsePrompt } from '../../prompt/parse-prompt.ts';
import { decodePrompt } from '../../run/decode-prompt.ts';
import { type PlannedPrompt, planPrompt } from '../../run/plan-prompt.ts';
import type { PlanSettings } from '../../run/settings.ts';
import { promptContent } from './prompt-content.ts';

/** Where history is looked up. */
export interface ChangeQuestion {
	readonly revision: string;
	readonly history: GitHistory;
	readonly settings: PlanSettings;
}

/**
 * Finds the prompts whose steps are not as they were at a revision of git, or that watch a file that is not. New counts, dates and other words
 * around the steps are no change.
 *
 * @param prompts - With all their steps.
 * @returns Paths as the prompts have them.
 * @throws {AppError} `USAGE`: no git, no repository, or no such revision.
 */
export async function findChangedPrompts(
	prompts: readonly PlannedPrompt[],
	question: ChangeQuestion,
): Promise<ReadonlySet<string>> {
	const { history, revision } = question;
	try {
		const watched = new Map<string, readonly string[]>();
		for (const prompt of prompts) watched.set(prompt.file, await findWatched(prompt));
		const paths = [...watched].flatMap(([file, others]) => [file, ...others]);
		const changed = await history.changedSince([...new Set(paths)], revision);
		const found = new Set<string>();
		for (const prompt of prompts) {
			const isTouched = watched.get(prompt.file)?.some((path) => changed.has(path)) === true;
			if (isTouched || (changed.has(prompt.file) && (await hasOtherSteps(prompt, question)))) found.add(prompt.file);
		}
		return found;
	} catch (error) {
		if (!isAppError(error) || error.code !== 'USAGE') throw error;
		// The history speaks of the option of other commands.
		const advice = error.advice?.replaceAll('--since', '--changed');
		throw new AppError('USAGE', error.message, { cause: error, ...(advice !== undefined && { advice }) });
	}
}

/** A file that is named without a glob counts also when it is gone. */
async function findWatched({ file, watches, steps }: PlannedPrompt): Promise<readonly string[]> {
	const patterns = [...new Set([...watches, ...steps.flatMap((step) => step.watches)])];
	const cwd = dirname(file);
	const isGlob = (pattern: string): boolean => /[*?{[]/.test(pattern);
	const found = patterns.some(isGlob) ? await glob(patterns.filter(isGlob), { cwd, expandDirectories: false }) : [];
	return [...found, ...patterns.filter((pattern) => !isGlob(pattern))].map((path) => join(cwd, path));
}

async function hasOtherSteps(prompt: PlannedPrompt, { history, revision, settings }: ChangeQuestion): Promise<boolean> {
	const bytes = await history.contentAt(prompt.file, revision);
	if (bytes === null) return true;
	try {
		const source = decodePrompt(bytes, prompt.file);
		const past = planPrompt({ file: prompt.file, source, prompt: parsePrompt(source) }, settings);
		return promptContent(past) !== promptContent(prompt);
	} catch (error) {
		// What could not be read then is something else now.
		if (isAppError(error)) return true;
		throw error;
	}
}
