import { formatDuration } from '../core/durations.ts';
import type { CountsResult, PromptResult, RunTotals } from '../core/events.ts';
import type { Outcome } from '../core/outcomes.ts';
import { pluralize } from '../core/pluralize.ts';
import { OUTCOME_WORDS } from './outcome-words.ts';
import { PLAIN_STYLE, type Style } from './style.ts';

const ORDER: readonly Outcome[] = ['passed', 'failed', 'flaky', 'unproven', 'infra', 'refused', 'aborted', 'skipped'];

/**
 * Writes the line of a prompt that came to its end.
 *
 * @param credit - Counts line, see `formatCounts`.
 * @returns Such as `PASS  prompts/deploy.md  7 steps  4.2s  11:0 -> 18:0  graduated`.
 */
export function formatPrompt(result: PromptResult, credit: string | null, style: Style = PLAIN_STYLE): string {
	const word = OUTCOME_WORDS[result.outcome];
	const paint = result.outcome === 'passed' ? style.green : result.outcome === 'failed' ? style.red : style.yellow;
	const weak = result.steps.filter((step) => step.outcome === 'passed' && step.checkedBy === 'exit-code').length;
	const facts = [
		stepWords(result),
		formatDuration(result.durationMs),
		credit ?? '',
		weak === 0 ? '' : style.dim(`(${weak} by exit code only)`),
	];
	return `${style.bold(paint(word.padEnd(4)))}  ${result.file}  ${facts.filter((fact) => fact !== '').join('  ')}`;
}

function stepWords(result: PromptResult): string {
	const counted = ORDER.flatMap((outcome) => {
		const count = result.steps.filter((step) => step.outcome === outcome).length;
		return count === 0 ? [] : [`${count} ${outcome}`];
	});
	const total = result.steps.length;
	if (counted.length <= 1 && result.outcome === 'passed') return pluralize(total, 'step');
	return counted.join(', ') || 'no steps';
}

/**
 * Writes what happened to the counts and where the prompt stands.
 *
 * @param gate - Of the counts after the run; `null` when there are none.
 * @returns Such as `11:0 -> 11:1  ratio 11.0  bound 0.65  graduated`; `null` when there is nothing to say.
 */
export function formatCounts(
	counts: CountsResult,
	gate: { readonly ratio: number | null; readonly bound: number; readonly cleanRunsMissing: number } | null,
): string | null {
	if (counts.write === 'refused') return `not counted: ${counts.detail ?? 'the file could not be written'}`;
	if (counts.before === null || counts.after === null || gate === null)
		return counts.detail === null ? null : 'no counts';
	const { before, after } = counts;
	const before_ = `${before.success}:${before.failure}`;
	const after_ = `${after.success}:${after.failure}`;
	const change = before_ === after_ ? after_ : `${before_} -> ${after_}`;
	const dry = counts.write === 'dry' ? ' (not written)' : '';
	const missing = gate.cleanRunsMissing === 0 ? '' : `, ${gate.cleanRunsMissing} to go`;
	return `${change}${dry}  bound ${gate.bound.toFixed(2)}  ${counts.stage ?? 'development'}${missing}`;
}

/** Writes the last line of a run: the verdict, what it is made of, where to read on. */
export function formatSummary(
	end: {
		readonly verdict: string;
		readonly totals: RunTotals;
		readonly run: string;
		readonly reportFolder: string | null;
	},
	style: Style = PLAIN_STYLE,
): string {
	const { totals } = end;
	const parts = ORDER.flatMap((outcome) =>
		totals.byOutcome[outcome] === 0 ? [] : [`${totals.byOutcome[outcome]} ${outcome}`],
	);
	const prompts = pluralize(totals.prompts, 'prompt');
	const paint = end.verdict === 'passed' ? style.green : end.verdict === 'failed' ? style.red : style.yellow;
	const where = end.reportFolder === null ? `run ${end.run}` : `${end.reportFolder}`;
	return `${style.bold(paint(end.verdict))}  ${prompts}, steps: ${parts.join(', ') || 'none'}  ${formatDuration(totals.durationMs)}  ${where}`;
}
