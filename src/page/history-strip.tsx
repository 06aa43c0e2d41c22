import { formatDuration } from '../core/durations.ts';
import type { HistoryPoint, KnownRun } from '../report/html/report-data.ts';
import { formatMoment } from './format-moment.ts';
import { Glyph } from './glyph.tsx';

interface StripProps {
	/** Oldest first. */
	readonly points: readonly HistoryPoint[];
	readonly runs: readonly KnownRun[];
	/** Way from this page to the folder of all runs, such as `../`. */
	readonly root: string;
	/** Id of the run that is shown: it leads nowhere. */
	readonly here?: string;
}

/** The last runs of a prompt; each leads to its report. */
export function HistoryStrip({ points, runs, root, here }: StripProps) {
	return (
		<ol class="strip">
			{points.map((point) => {
				const { run = '', startedAt = '' } = runs[point.run] ?? {};
				const label = `${point.outcome}, ${formatMoment(startedAt)}, ${formatDuration(point.durationMs)}`;
				return (
					<li key={run} class={run === here ? 'here' : ''}>
						{run === here ? (
							<Glyph outcome={point.outcome} label={`${label}, this run`} />
						) : (
							<a href={`${root}${encodeURIComponent(run)}/report.html`} title={label}>
								<Glyph outcome={point.outcome} />
							</a>
						)}
					</li>
				);
			})}
		</ol>
	);
}
