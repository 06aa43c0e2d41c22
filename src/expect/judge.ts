import { exitCodeMismatch } from './exit-code.ts';
import type { Complaint, Expectation, Matcher } from './expectation.ts';
import { findHints } from './find-hints.ts';
import { textOf } from './text-of.ts';
import type { Observed, Verdict } from './verdict.ts';

/**
 * Judges what a step did: the exit code first and alone, then each matcher in order.
 *
 * @returns The first certain mismatch; `truncated` when there is none but output that was not kept would be needed to decide.
 *   Never rejects.
 */
export async function judge(expectation: Expectation, observed: Observed): Promise<Verdict> {
	const { checkedBy } = expectation;
	const wrongExit = exitCodeMismatch(expectation.exitCodes, observed);
	if (wrongExit) return { isMatch: false, reason: 'exit-code', checkedBy, mismatch: wrongExit };
	let undecided: { matcher: Matcher; complaint: Complaint } | null = null;
	for (const matcher of expectation.matchers) {
		const text = textOf(observed.output, matcher.stream);
		const complaint = await matcher.check(text);
		if (complaint?.isUndecided === true) undecided ??= { matcher, complaint };
		else if (complaint) {
			const hints = [...complaint.hints, ...(await findHints(matcher, observed.output))];
			return toVerdict('mismatch', matcher, { ...complaint, hints }, expectation);
		}
	}
	if (undecided) return toVerdict('truncated', undecided.matcher, undecided.complaint, expectation);
	return { isMatch: true, checkedBy, mismatch: null };
}

function toVerdict(
	reason: 'mismatch' | 'truncated',
	matcher: Matcher,
	{ isUndecided: _, ...complaint }: Complaint,
	{ checkedBy }: Expectation,
): Verdict {
	return { isMatch: false, reason, checkedBy, mismatch: { matcher: matcher.label, ...complaint } };
}
