import { useMemo, useState } from 'preact/hooks';
import { formatDuration } from '../core/durations.ts';
import type { IndexData, IndexPrompt, KnownRun } from '../report/html/report-data.ts';
import { CountsCell, stageText } from './counts-cell.tsx';
import { count, formatMoment, formatShare } from './format-moment.ts';
import { Glyph } from './glyph.tsx';
import { HistoryStrip } from './history-strip.tsx';
import { formatRoute } from './routes.ts';
import { signOf } from './run-header.tsx';
import { ScrollBox } from './scroll-box.tsx';
import { Trend, toTrend } from './trend.tsx';

const PAGE_ROWS = 60;
const SHOWN_FAILURES = 12;
const SHOWN_RUNS = 10;

/** The way into a report from the folder of all runs. */
const reportHref = (run: string): string => `${encodeURIComponent(run)}/report.html`;

/** All prompts over their last runs. */
export function IndexPage({ data }: { readonly data: IndexData }) {
	const trend = useMemo(
		() =>
			toTrend(
				data.prompts.map(({ history }) => history),
				data.runs,
			).slice(-30),
		[data],
	);
	const inStage = (wanted: string): number =>
		data.prompts.filter(({ stage }) => (stage ?? 'no counts') === wanted).length;
	return (
		<main>
			<header class="page-head">
				<h1>{count(data.prompts.length, 'prompt')}</h1>
				<p class="facts-line">
					{(['trusted', 'graduated', 'development', 'no counts'] as const).map((stage) => {
						const number = inStage(stage);
						return number === 0 ? null : (
							<span key={stage}>
								<b>{number}</b> {stage}
							</span>
						);
					})}
					<span class="faint">
						{count(data.runs.length, 'run')}, newest {formatMoment(data.latest[0]?.startedAt ?? 'never')}
					</span>
				</p>
			</header>
			<Prompts prompts={data.prompts} runs={data.runs} />
			<Failures data={data} />
			<Trend points={trend} />
			<Runs data={data} />
		</main>
	);
}

function Prompts({ prompts, runs }: Pick<IndexData, 'prompts' | 'runs'>) {
	const [text, setText] = useState('');
	const [limit, setLimit] = useState(PAGE_ROWS);
	const wanted = text.toLowerCase();
	const found = prompts.filter(({ file, title, stage }) =>
		[file, title, stage].some((value) => value?.toLowerCase().includes(wanted)),
	);
	return (
		<section class="card" id="prompts">
			<div class="card-head">
				<h2>
					Prompts{' '}
					<span class="faint">
						{found.length === prompts.length ? prompts.length : `${found.length} of ${prompts.length}`}
					</span>
				</h2>
				<div class="filter needs-script">
					<input
						type="search"
						id="filter"
						value={text}
						placeholder="Name or stage  —  press /"
						aria-label="Filter prompts"
						onInput={(event) => setText(event.currentTarget.value)}
					/>
				</div>
			</div>
			<ScrollBox class="scroll" label="Prompts">
				<table class="rows">
					<thead>
						<tr>
							<th>Prompt</th>
							<th class="right">Last runs</th>
							<th>Counts and bound</th>
							<th class="right wide">Flaky</th>
							<th class="wide">Slowest steps</th>
						</tr>
					</thead>
					<tbody>
						{found.slice(0, limit).map((prompt) => (
							<Row key={prompt.file} prompt={prompt} runs={runs} />
						))}
					</tbody>
				</table>
			</ScrollBox>
			{found.length > limit ? (
				<p class="more">
					<button type="button" class="button needs-script" onClick={() => setLimit(limit + 5 * PAGE_ROWS)}>
						Show more
					</button>{' '}
					<span class="faint">{count(found.length - limit, 'prompt')} left</span>
				</p>
			) : null}
		</section>
	);
}

function Row({ prompt, runs }: { readonly prompt: IndexPrompt; readonly runs: readonly KnownRun[] }) {
	const { file, title, counts, history, flakiness, slowest } = prompt;
	const newest = history.at(-1);
	const newestRun = newest && runs[newest.run]?.run;
	const href = newestRun ? `${reportHref(newestRun)}${formatRoute({ page: 'prompt', file })}` : '#';
	return (
		<tr>
			<td>
				<a class="step-link" href={href} data-row>
					<b>{title ?? file}</b>
					<br />
					<span class="faint">{file}</span>
				</a>
			</td>
			<td>
				<HistoryStrip points={history} runs={runs} root="" />
			</td>
			<td>
				<CountsCell counts={counts} />
				<br />
				<span class="faint">{stageText(counts)}</span>
			</td>
			<td class="right number wide">{flakiness === null ? <span class="faint">–</span> : formatShare(flakiness)}</td>
			<td class="wide">
				<ul class="plain">
					{slowest.map(({ number, name, durationMs }) => (
						<li key={number}>
							<span class="number">{formatDuration(durationMs)}</span> <span class="faint">{name}</span>
						</li>
					))}
				</ul>
			</td>
		</tr>
	);
}

function Failures({ data }: { readonly data: IndexData }) {
	if (data.failures.length === 0) return null;
	return (
		<section class="card" id="failures">
			<h2>Newest failures</h2>
			<ul class="groups">
				{data.failures
					.slice(0, SHOWN_FAILURES)
					.map(({ run, startedAt, since, times, file, number, name, outcome, message, group }) => (
						<li key={`${run} ${file} ${number}`}>
							<Glyph outcome={outcome} label={outcome} />
							<div class="group-body">
								<p class="message">{message}</p>
								<p class="faint">
									<a
										href={`${reportHref(run)}${formatRoute({ page: 'step', file, number, attempt: null, line: null })}`}
										data-row
									>
										{file} <b>{name}</b>
									</a>{' '}
									{formatMoment(startedAt)}
									{times === 1 ? '' : `, ${times} times since ${formatMoment(since)}`}
								</p>
							</div>
							<code class="faint">{group}</code>
						</li>
					))}
			</ul>
		</section>
	);
}

function Runs({ data }: { readonly data: IndexData }) {
	return (
		<section class="card" id="runs">
			<h2>Newest runs</h2>
			<ScrollBox class="scroll" label="Runs">
				<table class="rows">
					<thead>
						<tr>
							<th>Verdict</th>
							<th>Run</th>
							<th class="right">Steps</th>
							<th class="right">Time</th>
						</tr>
					</thead>
					<tbody>
						{data.latest.slice(0, SHOWN_RUNS).map(({ run, startedAt, verdict, prompts, steps, durationMs }) => (
							<tr key={run}>
								<td>
									<span class="outcome">
										<Glyph outcome={signOf(verdict)} />
										<span class={`word ${signOf(verdict)}`}>{verdict}</span>
									</span>
								</td>
								<td>
									<a class="step-link" href={reportHref(run)} data-row>
										<b>{formatMoment(startedAt)}</b> <code class="faint wide">{run}</code>
									</a>
								</td>
								<td class="right number">
									{steps} <span class="faint wide">in {count(prompts, 'prompt')}</span>
								</td>
								<td class="right number">{formatDuration(durationMs)}</td>
							</tr>
						))}
					</tbody>
				</table>
			</ScrollBox>
		</section>
	);
}
