import { formatDuration, formatLimit } from '../core/durations.ts';
import type { Attempt, StepResult } from '../core/events.ts';
import type { Outcome, Reason } from '../core/outcomes.ts';
import { quoteForShell } from '../core/quote-for-shell.ts';
import {
	createWriter,
	type FailureFrame,
	formatHead,
	interruptionLines,
	leakedLines,
	mismatchLines,
	outputLines,
	ranLines,
	rerunCommand,
	rerunOptions,
	type Write,
} from './format-failure.ts';
import { PLAIN_STYLE } from './style.ts';

/** An entry of a ledger about a step. */
export interface PastResult {
	/** UTC, ISO 8601. */
	readonly at: string;
	readonly run: string;
	/** `accepted`: a person took what it printed for what it shall print. */
	readonly outcome: Outcome | 'accepted';
	readonly reason: Reason | null;
	/** Milliseconds; `null` for what is no execution. */
	readonly durationMs: number | null;
	/** From 1. */
	readonly attempt: number;
	/** Of the step's content then, 64 hex digits. */
	readonly digest: string;
}

/** What the prompt says of a step today. */
export interface StepToday {
	/** In few words, see `describeExpectation`. */
	readonly expected: string;
	/** 0: none. */
	readonly timeoutMs: number;
	/** 0: none. */
	readonly stallMs: number;
	/** In which it runs, as the user would type it. */
	readonly folder: string;
	/** Steps of the prompt, those that were not selected among them. */
	readonly stepCount: number;
	readonly digest: string;
}

/** Everything that is known of one step of a run. */
export interface Explanation {
	readonly run: string;
	readonly startedAt: string;
	readonly step: StepResult;
	/** Of its content as it ran; `null` in records of older versions. */
	readonly digest: string | null;
	/** `null`: the prompt or the step is gone. */
	readonly today: StepToday | null;
	/** Oldest first; `null`: there is no ledger. */
	readonly history: readonly PastResult[] | null;
}

/** Entries of the ledger that are shown. */
const MOST_PAST = 8;

/**
 * Writes everything about one step on one screen: what was expected and came, what ended it, what was proven and where, each attempt, its
 * past, and what to do next.
 *
 * @returns Lines without newlines; understandable without colour.
 */
export function formatExplanation(
	explanation: Explanation,
	frame: Omit<FailureFrame, 'counts' | 'credit' | 'run'>,
): string[] {
	const { step, run, today } = explanation;
	const style = frame.style ?? PLAIN_STYLE;
	const write = createWriter(frame);
	const attempt = step.attempts.at(-1) ?? null;
	// A record knows the steps that were selected.
	const stepCount = Math.max(frame.stepCount, today?.stepCount ?? 0);
	const inFull = { ...frame, stepCount, run, credit: null, counts: NO_COUNTS };
	return [
		formatHead(step, attempt, inFull, style),
		...ranLines(step, attempt, inFull, write),
		...demandLines(explanation, write),
		...(attempt === null
			? []
			: [
					...interruptionLines(attempt, write),
					...mismatchLines(attempt, write, style),
					...leakedLines(attempt, write),
					...outputLines(attempt, frame, write),
					...evidenceLines(step, attempt, write, frame.columns),
				]),
		...attemptLines(step, write),
		write('started', `${explanation.startedAt}, took ${formatDuration(step.durationMs)}`),
		...historyLines(explanation, write),
		...nextSteps(explanation, rerunOptions(frame)).map((command, index) => write(index === 0 ? 'next' : '', command)),
	];
}

const NO_COUNTS: FailureFrame['counts'] = {
	before: null,
	after: null,
	added: { success: 0, failure: 0 },
	write: 'nothing',
	detail: null,
	stage: null,
};

function demandLines({ digest, today }: Explanation, write: Write): string[] {
	if (today === null) return [write('demands', '(the step is not in the prompt any more)')];
	const isSame = digest === null || digest === today.digest;
	return [
		write('demands', today.expected),
		write('limits', `timeout ${formatLimit(today.timeoutMs)}, stall ${formatLimit(today.stallMs)}`),
		write('where', today.folder),
		...(isSame
			? []
			: [write('', 'the step was changed since: this is what it demands now, not what it was judged by')]),
	];
}

/** What was proven is named; what was not is told in full. */
function evidenceLines(step: StepResult, attempt: Attempt, write: Write, columns: number): string[] {
	const proven = attempt.evidenceChecks.filter(({ isOk }) => isOk).map(({ name }) => `[x] ${name}`);
	const open = attempt.evidenceChecks.filter(({ isOk }) => !isOk);
	return [
		write('evidence', `reached ${attempt.evidence}, needed ${step.evidenceNeeded}`),
		...fillLines(proven, columns - 12).map((line) => write('', line)),
		...open.map(({ name, detail }) => write('', `[ ] ${name}: ${detail}`)),
		write('looked in', attempt.evidenceSource ?? '(no transcript)'),
	];
}

/** Puts as many items in a line as fit. */
function fillLines(items: readonly string[], width: number): string[] {
	const lines: string[] = [];
	for (const item of items) {
		const last = lines.at(-1);
		if (last === undefined || last.length + 2 + item.length > width) lines.push(item);
		else lines[lines.length - 1] = `${last}  ${item}`;
	}
	return lines;
}

function attemptLines({ attempts }: StepResult, write: Write): string[] {
	if (attempts.length < 2) return [];
	return attempts.map((attempt, index) => {
		const exit = attempt.signal ?? (attempt.exitCode === null ? 'no exit' : `exit ${attempt.exitCode}`);
		const why = attempt.reason === null ? '' : `  ${attempt.reason}`;
		return write(
			index === 0 ? 'attempts' : '',
			`${attempt.number}  ${attempt.outcome}${why}  ${exit}  ${formatDuration(attempt.durationMs)}`,
		);
	});
}

function historyLines({ history, digest }: Explanation, write: Write): string[] {
	if (history === null) return [write('history', '(the prompt has no ledger)')];
	if (history.length === 0) return [write('history', '(the ledger holds nothing of this step)')];
	const newest = history.slice(-MOST_PAST).reverse();
	const passes = history.filter(({ outcome }) => outcome === 'passed').length;
	const same = history.filter((past) => past.digest === digest).length;
	const sameText = digest === null ? '' : `, ${same} of the content that ran`;
	return [
		write('history', `${history.length} in the ledger, ${passes} passed${sameText}`),
		...newest.map((past) => {
			const took = past.durationMs === null ? '' : `  ${formatDuration(past.durationMs)}`;
			const why = past.reason === null ? '' : ` (${past.reason})`;
			const tries = past.attempt > 1 ? `  try ${past.attempt}` : '';
			const content = past.digest === digest ? 'same content' : `content ${past.digest.slice(0, 8)}`;
			return write(
				'',
				`${past.at.slice(0, 19)}Z  ${past.outcome}${why}${took}${tries}  ${content}  run ${past.run.slice(0, 13)}`,
			);
		}),
	];
}

/**
 * Says what to do about a step.
 *
 * @param options - With which it runs again as it ran, see `rerunOptions`.
 * @returns Commands, ready to paste, the likeliest first; at least one.
 */
export function nextSteps({ step, run, digest, today }: Explanation, options = ''): readonly string[] {
	const again = `${rerunCommand(step)}${options === '' ? '' : ` ${options}`}`;
	const isUnchanged = today !== null && (digest === null || digest === today.digest);
	if (step.outcome === 'infra' || step.outcome === 'unproven')
		return [`verify doctor ${quoteForShell(step.file)}`, again];
	if (step.outcome === 'refused') return [`verify lint ${quoteForShell(step.file)}`, again];
	if (step.outcome === 'failed' && step.reason === 'mismatch' && isUnchanged) {
		return [again, `verify accept ${quoteForShell(`${step.file}:${step.number}`)}`, `verify report ${run} --open`];
	}
	return step.outcome === 'passed' ? [again] : [again, `verify report ${run} --open`];
}
