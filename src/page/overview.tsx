import { useMemo, useState } from 'preact/hooks';
import { formatDuration } from '../core/durations.ts';
import { groupFailures } from '../report/html/group-failures.ts';
import { matchesQuery, parseQuery } from '../report/html/query.ts';
import type { PromptRow, RunData, StepRow } from '../report/html/report-data.ts';
import { OUTCOMES_BY_CONCERN } from '../report/merge-records.ts';
import { CountsCell, stageText } from './counts-cell.tsx';
import { FilterBox } from './filter-box.tsx';
import { count, formatMoment } from './format-moment.ts';
import { Glyph, OutcomeWord } from './glyph.tsx';
import { HistoryStrip } from './history-strip.tsx';
import { promptHref, queryHref, stepHref } from './routes.ts';
import { RunHeader } from './run-header.tsx';
import { ScrollBox } from './scroll-box.tsx';
import { Trend, toTrend } from './trend.tsx';
import { VerifyBox } from './verify-box.tsx';

/** Rows that are shown at first, and with each press of the button. */
const PAGE_ROWS = 60;
const PAGE_PROMPTS = 25;
const MOST_GROUPS = 12;
/** A step this many times as quick as the slowest has no bar: it would be a speck. */
const MOST_SPARK = 20;

/** The first page of a report: what came of the run, and the way to everything else. */
export function Overview({ data, query }: { readonly data: RunData; readonly query: string }) {
	const trend = useMemo(
		() =>
			toTrend(
				data.prompts.map(({ history }) => history),
				data.runs,
			),
		[data],
	);
	return (
		<main>
			<RunHeader data={data} />
			<FailureGroups data={data} />
			<Prompts data={data} />
			<Steps data={data} query={query} />
			<Trend points={trend} />
			<VerifyBox data={data} />
		</main>
	);
}

function FailureGroups({ data }: { readonly data: RunData }) {
	const groups = useMemo(() => groupFailures(data.prompts), [data]);
	if (groups.length === 0) return null;
	return (
		<section class="card" id="failures">
			<h2>
				What went wrong <span class="faint">{count(groups.length, 'cause')}</span>
			</h2>
			<ul class="groups">
				{groups.slice(0, MOST_GROUPS).map(({ group, message, steps }) => {
					const first = steps[0];
					if (first === undefined) return null;
					return (
						<li key={group}>
							<Glyph outcome={first.step.outcome} label={first.step.outcome} />
							<div class="group-body">
								<p class="message">{message}</p>
								<p class="faint">
									<a href={stepHref(first.prompt.file, first.step.number)} data-row>
										{first.prompt.file}:{first.step.line} <b>{first.step.name}</b>
									</a>
									{steps.length === 1 ? null : (
										<>
											{' and '}
											<a href={queryHref(`group:${group}`)}>{count(steps.length - 1, 'more step')}</a>
										</>
									)}
									{tellSeen(data, group)}
								</p>
							</div>
							<code class="faint">{group}</code>
						</li>
					);
				})}
			</ul>
			{groups.length > MOST_GROUPS ? (
				<p class="faint">and {count(groups.length - MOST_GROUPS, 'more cause')}, among the steps below</p>
			) : null}
		</section>
	);
}

const concernOf = ({ outcome }: Pick<StepRow, 'outcome'>): number => OUTCOMES_BY_CONCERN.indexOf(outcome);

function tellSeen({ seen, runs }: RunData, group: string): string {
	const known = seen[group];
	if (known !== undefined)
		return ` · in ${known.times} of ${count(runs.length - 1, 'earlier run')}, since ${formatMoment(known.since)}`;
	return runs.length > 1 ? ' · not seen before' : '';
}

interface Match {
	readonly prompt: PromptRow;
	readonly step: StepRow;
}

function Steps({ data, query }: { readonly data: RunData; readonly query: string }) {
	const [limit, setLimit] = useState(PAGE_ROWS);
	const parsed = useMemo(() => parseQuery(query), [query]);
	const matches = useMemo(() => {
		const found: Match[] = [];
		for (const prompt of data.prompts) {
			for (const step of prompt.steps) if (matchesQuery(parsed, prompt, step)) found.push({ prompt, step });
		}
		// Without a filter what did not pass comes first; a reader who filters wants the order of the run.
		return query.trim() === '' ? found.sort((a, b) => concernOf(a.step) - concernOf(b.step)) : found;
	}, [data, parsed, query]);
	const slowest = Math.max(1, ...matches.map(({ step }) => step.durationMs));
	return (
		<section class="card" id="steps">
			<div class="card-head">
				<h2>
					Steps{' '}
					<span class="faint" aria-live="polite">
						{matches.length === data.totals.steps ? data.totals.steps : `${matches.length} of ${data.totals.steps}`}
					</span>
				</h2>
				<FilterBox query={query} problems={parsed.problems} />
			</div>
			{matches.length === 0 ? <p class="faint empty">No step is like that.</p> : null}
			<ScrollBox class="scroll" label="Steps">
				<table class={matches.length === 0 ? 'rows hidden' : 'rows'}>
					<thead>
						<tr>
							<th>Outcome</th>
							<th>Step</th>
							<th class="wide">Evidence</th>
							<th class="right">Time</th>
						</tr>
					</thead>
					<tbody>
						{matches.slice(0, limit).map(({ prompt, step }) => (
							<Row key={`${prompt.file} ${step.number}`} prompt={prompt} step={step} slowest={slowest} />
						))}
					</tbody>
				</table>
			</ScrollBox>
			{matches.length > limit ? (
				<p class="more">
					<button type="button" class="button needs-script" onClick={() => setLimit(limit + 5 * PAGE_ROWS)}>
						Show {Math.min(5 * PAGE_ROWS, matches.length - limit)} more
					</button>{' '}
					<span class="faint">{count(matches.length - limit, 'step')} left</span>
				</p>
			) : null}
		</section>
	);
}

function Row({ prompt, step, slowest }: Match & { readonly slowest: number }) {
	return (
		<tr>
			<td>
				<OutcomeWord outcome={step.outcome} />
			</td>
			<td>
				<a class="step-link" href={stepHref(prompt.file, step.number)} data-row>
					<span class="faint">
						{prompt.file}:{step.line}
					</span>{' '}
					<b>
						{step.number} {step.name}
					</b>
				</a>
				{step.message === null ? null : <p class="message">{step.message}</p>}
			</td>
			<td class="wide faint">
				{step.evidence ?? ''}
				{step.attempts > 1 ? `, ${step.attempts} tries` : ''}
			</td>
			<td class="right number">
				{formatDuration(step.durationMs)}
				{step.durationMs * MOST_SPARK < slowest ? null : (
					<svg class="spark" width="48" height="4" viewBox="0 0 48 4" aria-hidden="true">
						<rect x="0" y="0" width={((step.durationMs / slowest) * 48).toFixed(1)} height="4" rx="1" />
					</svg>
				)}
			</td>
		</tr>
	);
}

function Prompts({ data }: { readonly data: RunData }) {
	const [limit, setLimit] = useState(PAGE_PROMPTS);
	// Those that need a look first, the others in the order in which they ended.
	const prompts = useMemo(() => data.prompts.toSorted((a, b) => concernOf(a) - concernOf(b)), [data]);
	return (
		<section class="card" id="prompts">
			<h2>
				Prompts <span class="faint">{data.prompts.length}</span>
			</h2>
			<ScrollBox class="scroll" label="Prompts">
				<table class="rows">
					<thead>
						<tr>
							<th>Prompt</th>
							<th class="right">Last runs</th>
							<th>Counts and bound</th>
							<th class="right">Time</th>
						</tr>
					</thead>
					<tbody>
						{prompts.slice(0, limit).map((prompt) => (
							<tr key={prompt.file}>
								<td>
									<a class="step-link" href={promptHref(prompt.file)} data-row>
										<b>{prompt.title ?? prompt.file}</b>
										<br />
										<span class="faint">{prompt.file}</span>
									</a>
								</td>
								<td>
									<HistoryStrip points={prompt.history.slice(-15)} runs={data.runs} root="../" here={data.run} />
								</td>
								<td>
									<CountsCell counts={prompt.counts.after ?? prompt.counts.before} />
									<br />
									<span class="faint">{stageText(prompt.counts.after ?? prompt.counts.before)}</span>
								</td>
								<td class="right number">{formatDuration(prompt.durationMs)}</td>
							</tr>
						))}
					</tbody>
				</table>
			</ScrollBox>
			{data.prompts.length > limit ? (
				<p class="more">
					<button type="button" class="button needs-script" onClick={() => setLimit(limit + 5 * PAGE_ROWS)}>
						Show more
					</button>{' '}
					<span class="faint">{count(data.prompts.length - limit, 'prompt')} left</span>
				</p>
			) : null}
		</section>
	);
}
