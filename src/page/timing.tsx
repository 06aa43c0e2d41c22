import { formatDuration } from '../core/durations.ts';
import type { AttemptDetail } from '../report/html/report-data.ts';

const WIDTH = 1000;

/** When output came, and when none did. */
export function Timing({ attempt }: { readonly attempt: AttemptDetail }) {
	const { trace, durationMs } = attempt;
	if (trace === null || trace.started === null) return null;
	const total = Math.max(1, durationMs, trace.completed?.duration_ms ?? 0, trace.moments.at(-1) ?? 0);
	const x = (ms: number): number => Math.min(WIDTH, (ms / total) * WIDTH);
	const [longest] = trace.gaps;
	const label = `Output over ${formatDuration(total)}${longest ? `; the longest silence is ${formatDuration(longest.toMs - longest.fromMs)}` : ''}`;
	return (
		<section class="card" id="timing">
			<h2>
				Timing <span class="faint">{formatDuration(durationMs)}</span>
			</h2>
			<svg class="timeline" viewBox={`0 0 ${WIDTH} 24`} preserveAspectRatio="none" role="img" aria-label={label}>
				<rect class="rail" x="0" y="10" width={WIDTH} height="4" />
				{trace.gaps.map(({ fromMs, toMs }) => (
					<rect key={fromMs} class="idle" x={x(fromMs)} y="6" width={Math.max(2, x(toMs) - x(fromMs))} height="12">
						<title>{`silent for ${formatDuration(toMs - fromMs)}`}</title>
					</rect>
				))}
				{trace.moments.map((moment, index) => (
					<rect key={index} class="tick-mark" x={Math.min(WIDTH - 3, x(moment))} y="2" width="3" height="20" />
				))}
			</svg>
			<p class="legend faint">
				<span>start</span>
				<span>
					{trace.gaps.length === 0
						? 'never silent for long'
						: `silent for ${trace.gaps.map(({ fromMs, toMs }) => `${formatDuration(toMs - fromMs)} from ${formatDuration(fromMs)}`).join(', ')}`}
				</span>
				<span>{formatDuration(total)}</span>
			</p>
		</section>
	);
}
