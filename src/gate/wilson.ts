import type { Counts } from '../core/outcomes.ts';

/** Two-sided 95 %: the 0.975 quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * The lower end of the Wilson score interval at 95 %: how good a prompt is at least, as far as its counts can tell.
 *
 * @returns 0 to 1; 0 when nothing was counted.
 * @see E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927)
 */
export function wilsonLowerBound({ success, failure }: Counts): number {
	const total = success + failure;
	if (success === 0) return 0;
	const share = success / total;
	const margin = Z * Math.sqrt((share * (1 - share) + (Z * Z) / (4 * total)) / total);
	return Math.max(0, (share + (Z * Z) / (2 * total) - margin) / (1 + (Z * Z) / total));
}

/**
 * Counts the runs it takes to reach a lower bound, the other way round: the bound is `wanted` where a share lies just one margin of
 * error above it, which makes a quadratic equation in the root of the number of runs.
 *
 * @param failure - Failures among the runs, an integer of 0 or more; all others are successes.
 * @param wanted - Above 0 and below 1.
 * @returns The least number of runs.
 */
export function runsForLowerBound(failure: number, wanted: number): number {
	const margin = Z * Math.sqrt(wanted * (1 - wanted));
	const root = (margin + Math.sqrt(margin * margin + 4 * (1 - wanted) * failure)) / (2 * (1 - wanted));
	return Math.ceil(root * root);
}
