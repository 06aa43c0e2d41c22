import type { RepeatedStep, RepeatSummary } from '../core/events.ts';
import { EXIT_CODES_BY_CONCERN } from '../core/exit-codes.ts';
import { pluralize } from '../core/pluralize.ts';
import type { Style } from '../report/style.ts';
import type { PlannedPrompt } from '../run/plan-prompt.ts';
import { createRepeatTally } from '../run/repeat-tally.ts';
import { type StepFilter, selectSteps } from '../run/select-steps.ts';
import { createStyle } from './create-style.ts';
import { followSignal, listenForInterrupts } from './interrupts.ts';
import { orderPrompts, planRun } from './plan-run.ts';
import { type RunFrame, runOnce } from './run-once.ts';

/**
 * Runs prompts several times, each a run of its own with its own record, counts and reports, and tells what they came to together.
 *
 * @param prompts - For the first run; they are read again for each further one, for the one before wrote its counts.
 * @param count - 2 or more.
 * @returns The exit code of highest concern.
 */
export async function repeatRun(
	prompts: readonly PlannedPrompt[],
	count: number,
	{ filters, frame }: { readonly filters: readonly StepFilter[]; readonly frame: RunFrame },
): Promise<number> {
	const { io, options, signal } = frame.invocation;
	const interrupts = signal
		? followSignal(signal)
		: listenForInterrupts(() => io.err('verify: interrupted, cancelling what runs (once more to kill it)'));
	const invocation = { ...frame.invocation, signal: interrupts.signal };
	const tally = createRepeatTally();
	const codes: number[] = [];
	let done = 0;
	try {
		let next = prompts;
		for (let number = 1; number <= count && !interrupts.signal.aborted; number += 1) {
			if (number > 1) {
				const plan = await planRun(invocation, frame);
				next = 'refusal' in plan ? [] : orderPrompts(selectSteps(plan.prompts, filters), frame.seed, frame.host.hashes);
				if ('refusal' in plan) codes.push(plan.refusal);
			}
			if (next.length === 0 || frame.bail.reason !== null) break;
			io.err(`verify: run ${number} of ${count}`);
			codes.push(await runOnce(next, { ...frame, invocation, repeat: { tally, number, of: count } }));
			done = number;
		}
		const style = createStyle(io, options.color === false ? false : undefined);
		const print = options.json === true ? io.err : io.out;
		for (const line of formatRepeat(tally.summarize(done, count), style)) print(line);
		return interrupts.exitCode() ?? EXIT_CODES_BY_CONCERN.find((code) => codes.includes(code)) ?? 70;
	} finally {
		interrupts.stop();
	}
}

/**
 * Writes what the runs of a repetition came to: a line a step, with how likely it passes several times in a row.
 *
 * @param summary - After the last run.
 */
export function formatRepeat({ number, of, steps }: RepeatSummary, style: Style): readonly string[] {
	const runs = number === of ? `${of} runs` : `${number} of ${of} runs`;
	const isSteady = ({ passed, scored }: RepeatedStep): boolean => passed === scored;
	const steady = steps.filter(isSteady).length;
	return [
		`${style.bold('repeated')}  ${runs}, ${steady} of ${pluralize(steps.length, 'step')} passed each time`,
		...steps.map((step) => {
			const paint = step.scored === 0 ? style.yellow : isSteady(step) ? style.green : style.red;
			const where = `${step.file}:${step.line}  step ${step.number} ${step.name}`;
			return `  ${paint(`${step.passed} of ${step.scored} passed`)}  ${where}${formatPowers(step)}`;
		}),
	];
}

function formatPowers({ passPower, flakiness }: RepeatedStep): string {
	const powers = passPower.map(({ k, estimate }) => `pass^${k} ${estimate.toFixed(2)}`);
	const flaky = flakiness === null || flakiness === 0 ? [] : [`flakiness ${flakiness.toFixed(2)}`];
	return [...powers, ...flaky].map((part) => `  ${part}`).join('');
}
