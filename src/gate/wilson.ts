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
