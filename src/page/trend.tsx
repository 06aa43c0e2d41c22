import { formatDuration } from '../core/durations.ts';
import type { HistoryPoint, KnownRun } from '../report/html/report-data.ts';
import { intervalOf } from './counts-cell.tsx';
import { formatMoment, formatShare } from './format-moment.ts';

/** One run over all prompts that are looked at. */
export interface TrendPoint {
	readonly run: string;
	readonly startedAt: string;
	readonly passed: number;
	readonly scored: number;
	readonly durationMs: number;
}

const WIDTH = 480;
const HEIGHT = 130;
const EDGE = { left: 44, right: 8, top: 10, bottom: 10 };

/** Adds the histories of prompts up, run by run, oldest first. */
export function toTrend(
	histories: readonly (readonly HistoryPoint[])[],
	runs: readonly KnownRun[],
): readonly TrendPoint[] {
	const sums = runs.map((known) => ({ ...known, prompts: 0, passed: 0, scored: 0, durationMs: 0 }));
	for (const { run, passed, scored, durationMs } of histories.flat()) {
		const sum = sums[run];
		if (sum === undefined) continue;
		sum.prompts += 1;
		sum.passed += passed;
		sum.scored += scored;
		sum.durationMs += durationMs;
	}
	return sums.filter(({ prompts }) => prompts > 0);
}

/** Pass rate with its interval, and durations, over the last runs. */
export function Trend({ points }: { readonly points: readonly TrendPoint[] }) {
	if (points.length < 2) return null;
	return (
		<section class="card">
			<h2>Over the last {points.length} runs</h2>
			<div class="charts">
				<PassRate points={points.filter(({ scored }) => scored > 0)} />
				<Durations points={points} />
			</div>
		</section>
	);
}

const xAt = (index: number, total: number): number =>
	EDGE.left + (total < 2 ? 0.5 : index / (total - 1)) * (WIDTH - EDGE.left - EDGE.right);
const yAt = (share: number): number => EDGE.top + (1 - share) * (HEIGHT - EDGE.top - EDGE.bottom);
const path = (points: readonly (readonly [number, number])[]): string =>
	points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

function PassRate({ points }: { readonly points: readonly TrendPoint[] }) {
	const rows = points.map((point, index) => {
		const { low, high } = intervalOf({ success: point.passed, failure: point.scored - point.passed });
		return { ...point, x: xAt(index, points.length), share: point.passed / point.scored, low, high };
	});
	const last = rows.at(-1);
	if (last === undefined) return null;
	const band = `${path(rows.map(({ x, high }) => [x, yAt(high)]))}${path(rows.toReversed().map(({ x, low }) => [x, yAt(low)])).replace('M', 'L')}Z`;
	const label = `Pass rate of steps: ${formatShare(last.share)} in the last run, between ${formatShare(last.low)} and ${formatShare(last.high)} with 95 % confidence`;
	return (
		<figure>
			<svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
				{[0, 0.5, 1].map((share) => (
					<g key={share}>
						<path class="axis" d={`M${EDGE.left} ${yAt(share)}H${WIDTH - EDGE.right}`} />
						<text class="tick" x={EDGE.left - 8} y={yAt(share) + 4} text-anchor="end">
							{formatShare(share)}
						</text>
					</g>
				))}
				<path class="band" d={band} />
				<path class="curve" d={path(rows.map(({ x, share }) => [x, yAt(share)]))} />
				{rows.map(({ run, x, share, passed, scored, startedAt }) => (
					<circle key={run} class="dot" cx={x} cy={yAt(share)} r="3">
						<title>{`${formatMoment(startedAt)}: ${passed} of ${scored} passed`}</title>
					</circle>
				))}
			</svg>
			<figcaption>
				Steps passed: <b>{formatShare(last.share)}</b>{' '}
				<span class="faint">
					({formatShare(last.low)} to {formatShare(last.high)} at 95 %)
				</span>
			</figcaption>
		</figure>
	);
}

function Durations({ points }: { readonly points: readonly TrendPoint[] }) {
	const most = Math.max(1, ...points.map(({ durationMs }) => durationMs));
	const room = WIDTH - EDGE.left - EDGE.right;
	const width = Math.min(24, (room / points.length) * 0.7);
	const last = points.at(-1);
	const median = points.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)[points.length >> 1] ?? 0;
	return (
		<figure>
			<svg
				viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
				role="img"
				aria-label={`Durations: ${formatDuration(last?.durationMs ?? 0)} in the last run, median ${formatDuration(median)}`}
			>
				{[0, 0.5, 1].map((share) => (
					<g key={share}>
						<path class="axis" d={`M${EDGE.left} ${yAt(share)}H${WIDTH - EDGE.right}`} />
						<text class="tick" x={EDGE.left - 8} y={yAt(share) + 4} text-anchor="end">
							{formatDuration(most * share)}
						</text>
					</g>
				))}
				{points.map(({ run, durationMs, startedAt }, index) => {
					const height = Math.max(1, yAt(0) - yAt(durationMs / most));
					const x = EDGE.left + ((index + 0.5) / points.length) * room - width / 2;
					return (
						<rect
							key={run}
							class="column"
							x={x.toFixed(1)}
							y={(yAt(0) - height).toFixed(1)}
							width={width.toFixed(1)}
							height={height.toFixed(1)}
							rx="2"
						>
							<title>{`${formatMoment(startedAt)}: ${formatDuration(durationMs)}`}</title>
						</rect>
					);
				})}
			</svg>
			<figcaption>
				Time of prompts: <b>{formatDuration(last?.durationMs ?? 0)}</b>{' '}
				<span class="faint">(median {formatDuration(median)})</span>
			</figcaption>
		</figure>
	);
}
