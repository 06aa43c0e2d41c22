import { type AppError, isAppError } from '../../core/errors.ts';
import type { Bench, ControlCheck, ControlResult } from './control.ts';
import { CONTROLS } from './controls.ts';

/** What is asked, with a name. */
export interface Question {
	readonly name: ControlResult['name'];
	/** One phrase: what a pass shows; `null`: the last check says it. */
	readonly shows: string | null;
	readonly advice: string;
	ask(bench: Bench): Promise<readonly ControlCheck[]>;
}

/**
 * Runs all controls on an executor, one after the other; about two seconds where all is well.
 *
 * @param onResult - Called with each result as it comes.
 * @returns One result for each control, in order. Never rejects for what the executor does.
 */
export async function runControls(
	bench: Bench,
	onResult: (result: ControlResult) => void = () => {},
): Promise<readonly ControlResult[]> {
	const results: ControlResult[] = [];
	let lostIn: string | null = null;
	for (const control of CONTROLS) {
		const { result, isLost } = lostIn === null ? await answer(control, bench) : skip(control.name, lostIn);
		if (isLost) lostIn ??= control.name;
		results.push(result);
		onResult(result);
	}
	return results;
}

/** Asks one question and sums up the answers. */
export async function answer(
	question: Question,
	bench: Bench,
): Promise<{ readonly result: ControlResult; readonly isLost: boolean }> {
	const { clock } = bench;
	const startedAt = clock.monotonicMs();
	const { checks, error } = await question.ask(bench).then(
		(answers) => ({ checks: answers, error: null }),
		(reason: unknown) => {
			if (!isAppError(reason)) throw reason;
			return { checks: [{ name: 'came to its end', isOk: false, detail: reason.message }], error: reason };
		},
	);
	const failed = checks.find(({ isOk }) => !isOk);
	const isRefused = error?.code === 'EXECUTOR_REFUSED' || error?.code === 'COMMAND_REFUSED';
	return {
		result: {
			name: question.name,
			outcome: failed ? 'failed' : 'passed',
			checks,
			detail: failed ? `${failed.name}: ${failed.detail}` : (question.shows ?? checks.at(-1)?.detail ?? ''),
			advice: failed ? (isRefused ? 'Let its policy allow the commands of docs/doctor.md' : question.advice) : null,
			isRefused,
			durationMs: Math.round(clock.monotonicMs() - startedAt),
		},
		isLost: error !== null && isLost(error),
	};
}

const skip = (name: ControlResult['name'], lostIn: string): { result: ControlResult; isLost: boolean } => ({
	result: {
		name,
		outcome: 'skipped',
		checks: [],
		detail: `the executor was lost in ${lostIn}`,
		advice: `See what became of the executor in ${lostIn}`,
		isRefused: false,
		durationMs: 0,
	},
	isLost: true,
});

/** A command that can't be ended is no lost connection. */
const isLost = ({ code, data }: AppError): boolean =>
	code === 'EXECUTOR_NONSENSE' || (code === 'EXECUTOR_LOST' && data.isUnfinished !== true);
