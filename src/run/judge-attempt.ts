import type { ExecutionEnd } from '../client/client.ts';
import type { Interruption, ReportedMismatch } from '../core/events.ts';
import { type Evidence, isProven, type Outcome, type Reason } from '../core/outcomes.ts';
import type { Verdict } from '../expect/verdict.ts';
import type { EvidenceFinding } from './evidence-source.ts';

/** How one attempt ended. */
export interface AttemptJudgement {
	readonly outcome: Outcome;
	readonly reason: Reason | null;
	readonly mismatch: ReportedMismatch | null;
	readonly detail: string | null;
}

/**
 * Judges an execution that came to its end: first what interrupted it, then exit code and output, and a result of either
 * kind only counts when its evidence reaches the needed level.
 *
 * @param watched - `interruption`: what cancelled it. `isReady`: false when a background step never became ready.
 * @param verdict - Of exit code and output; ignored when the execution was interrupted.
 */
export function judgeAttempt(
	end: ExecutionEnd,
	{ interruption, isReady }: { readonly interruption: Interruption | null; readonly isReady: boolean },
	verdict: Verdict,
	evidence: { readonly finding: EvidenceFinding; readonly needed: Evidence },
): AttemptJudgement {
	if (interruption?.kind === 'interrupted') {
		return { outcome: 'aborted', reason: 'interrupted', mismatch: null, detail: null };
	}
	if (!isProven(evidence.finding.level, evidence.needed)) {
		return {
			outcome: 'unproven',
			reason: evidence.finding.reason ?? 'no-marker',
			mismatch: verdict.mismatch,
			detail: describeGap(evidence.finding, evidence.needed),
		};
	}
	if (!isReady && interruption?.kind !== 'error-pattern') {
		const detail = 'The text of Ready When was not printed';
		return { outcome: 'failed', reason: 'not-ready', mismatch: null, detail };
	}
	if (interruption) return { outcome: 'failed', reason: interruption.kind, mismatch: null, detail: null };
	if (end.droppedBytes > 0 && verdict.checkedBy === 'output') {
		const detail = `The executor dropped ${end.droppedBytes} bytes of output, so it can't be judged`;
		return { outcome: 'failed', reason: 'truncated', mismatch: verdict.mismatch, detail };
	}
	if (verdict.isMatch) return { outcome: 'passed', reason: null, mismatch: null, detail: null };
	return { outcome: 'failed', reason: verdict.reason ?? 'mismatch', mismatch: verdict.mismatch, detail: null };
}

function describeGap(finding: EvidenceFinding, needed: Evidence): string {
	const failed = finding.checks.find((check) => !check.isOk);
	const unsigned = finding.reason === 'no-signature' ? ': the executor signs nothing' : '';
	const which = failed ? `: ${failed.name}: ${failed.detail}` : unsigned;
	return `Evidence is ${finding.level}, needed is ${needed}${which}`;
}
