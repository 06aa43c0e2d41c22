import type { Counts } from '../core/outcomes.ts';
import { judgeCounts } from '../gate/judge-counts.ts';
import { wilsonLowerBound } from '../gate/wilson.ts';

/** Share of successes with the interval that counts of this size allow, 0 to 1. */
export const intervalOf = ({ success, failure }: Counts): { readonly low: number; readonly high: number } => ({
	low: wilsonLowerBound({ success, failure }),
	// By symmetry: at most what is left when the failures are at their least.
	high: 1 - wilsonLowerBound({ success: failure, failure: success }),
});

const WIDTH = 96;

/** Counts, and the bound as a bar with the mark of the trusted stage. */
export function CountsCell({ counts }: { readonly counts: Counts | null }) {
	if (counts === null) return <span class="faint">no counts</span>;
	const verdict = judgeCounts(counts);
	const text = `${counts.success}:${counts.failure}`;
	const label = `At least ${verdict.bound.toFixed(2)} with 95 % confidence; trusted from 0.90`;
	return (
		<span class="counts" title={label}>
			<span class="ratio">{text}</span>
			<svg class="bound" width={WIDTH} height="10" viewBox={`0 0 ${WIDTH} 10`} role="img" aria-label={label}>
				<rect class="bound-rail" x="0" y="3" width={WIDTH} height="4" rx="2" />
				<rect
					class={`bound-bar ${verdict.stage}`}
					x="0"
					y="3"
					width={(verdict.bound * WIDTH).toFixed(1)}
					height="4"
					rx="2"
				/>
				<path class="bound-mark" d={`M${WIDTH * 0.9} 0v10`} />
			</svg>
			<span class="number">{verdict.bound.toFixed(2)}</span>
		</span>
	);
}

/** Says where counts put a prompt. */
export function stageText(counts: Counts | null): string {
	if (counts === null) return '';
	const { stage, cleanRunsMissing, cleanRunsToTrusted } = judgeCounts(counts);
	if (stage === 'development') return `development, ${cleanRunsMissing} to graduate`;
	return stage === 'graduated' ? `graduated, ${cleanRunsToTrusted} to trusted` : 'trusted';
}
