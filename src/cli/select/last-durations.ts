import type { Journals } from '../../core/ports.ts';
import type { GitHistory } from '../../host/git-history.ts';
import { resolveLedgerPaths } from '../../ledger/ledger-paths.ts';
import type { PlannedPrompt } from '../../run/plan-prompt.ts';

/**
 * Reads how long prompts took the last time, out of their ledgers as the commit that is checked out has them: every machine that runs a part of
 * the whole sees the same, whatever ran on it since.
 *
 * @param prompts - Their selected steps are what takes time.
 * @returns In the order of the prompts, milliseconds; `null` where the commit has no result of any of the steps.
 */
export async function readLastDurations(
	prompts: readonly PlannedPrompt[],
	{ journals, history }: { readonly journals: Journals; readonly history: GitHistory },
): Promise<readonly (number | null)[]> {
	const [first] = prompts;
	if (first === undefined || !(await history.hasCommits(first.file))) return prompts.map(() => null);
	const durations: (number | null)[] = [];
	for (const { file, steps } of prompts) {
		const { ledger } = resolveLedgerPaths(await journals.resolve(file));
		const bytes = await history.contentAt(ledger, 'HEAD').catch(() => null);
		const byStep = bytes === null ? new Map<number, number>() : readDurations(new TextDecoder().decode(bytes));
		const known = steps.flatMap(({ ref }) => byStep.get(ref.number) ?? []);
		durations.push(known.length === 0 ? null : known.reduce((sum, duration) => sum + duration, 0));
	}
	return durations;
}

/** Of the last result of each step. Nothing is believed for it but how long to expect a prompt to take: no hash is checked. */
function readDurations(text: string): ReadonlyMap<number, number> {
	const durations = new Map<number, number>();
	for (const line of text.split('\n')) {
		if (!line.includes('"kind":"result"')) continue;
		try {
			const record = JSON.parse(line) as { step?: { number?: unknown }; duration_ms?: unknown };
			const { step, duration_ms: duration } = record;
			if (typeof step?.number === 'number' && typeof duration === 'number') durations.set(step.number, duration);
		} catch {
			// A torn line tells nothing.
		}
	}
	return durations;
}
