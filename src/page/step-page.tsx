import { formatDuration } from '../core/durations.ts';
import { rerunCommand, rerunOptions } from '../report/format-failure.ts';
import type { AttemptDetail, PromptRow, RunData, StepDetail, StepRow } from '../report/html/report-data.ts';
import { CopyButton } from './copy-button.tsx';
import { Crumbs } from './crumbs.tsx';
import { Difference } from './difference.tsx';
import { EvidencePanel } from './evidence-panel.tsx';
import { formatBundle } from './format-bundle.ts';
import { Glyph, OutcomeWord } from './glyph.tsx';
import { KillLog } from './interruption.tsx';
import { OutputView } from './output-view.tsx';
import { formatRoute, promptHref, queryHref, type Route, stepHref } from './routes.ts';
import { ScrollBox } from './scroll-box.tsx';
import { Timing } from './timing.tsx';
import { useDetail } from './use-detail.ts';

type StepRoute = Extract<Route, { page: 'step' }>;
interface StepProps {
	readonly data: RunData;
	readonly prompt: PromptRow;
	readonly row: StepRow;
	readonly route: StepRoute;
}

/** Everything that is known of a step. */
export function StepPage({ data, prompt, row, route }: StepProps) {
	const found = useDetail(prompt);
	const detail = typeof found === 'object' ? found.steps.find(({ number }) => number === row.number) : undefined;
	const index = prompt.steps.indexOf(row);
	return (
		<main>
			<Crumbs
				path={[
					{ text: 'Run', href: queryHref('') },
					{ text: prompt.file, href: promptHref(prompt.file) },
					{ text: `Step ${row.number}`, href: null },
				]}
			/>
			<header class="page-head">
				<div class="verdict-line">
					<Glyph outcome={row.outcome} />
					<h1>{row.name}</h1>
				</div>
				{row.message === null ? null : <p class="why">{row.message}</p>}
				<p class="facts-line">
					<OutcomeWord outcome={row.outcome} />
					{row.reason === null ? null : <span>{row.reason}</span>}
					{row.evidence === null ? <span>did not run</span> : <span>{formatDuration(row.durationMs)}</span>}
					{row.evidence === null ? null : <span>evidence {row.evidence}</span>}
					<code>
						{prompt.file}:{row.line}
					</code>
				</p>
			</header>
			{found === 'loading' ? <p class="faint">Unpacking…</p> : null}
			{found === 'broken' ? <p class="problem">The details of this prompt are damaged and can't be read.</p> : null}
			{detail === undefined ? null : <Details data={data} prompt={prompt} row={row} route={route} detail={detail} />}
			<Neighbours prompt={prompt} index={index} />
		</main>
	);
}

function Details({ data, prompt, row, route, detail }: StepProps & { readonly detail: StepDetail }) {
	const attempt = detail.attempts.find(({ number }) => number === route.attempt) ?? detail.attempts.at(-1);
	const options = rerunOptions({ executor: data.executor.url ?? data.executor.kind });
	const rerun = [rerunCommand({ file: prompt.file, number: row.number }), options].join(' ').trimEnd();
	return (
		<>
			<section class="card">
				<div class="card-head">
					<h2>Command</h2>
					<div class="tools">
						<CopyButton label="Copy rerun command" text={rerun} />
						{row.outcome === 'passed' ? null : (
							<CopyButton label="Copy for a fixer" text={() => formatBundle(data, prompt, row, detail)} />
						)}
					</div>
				</div>
				<ScrollBox class="command mono" label="Command">
					{detail.command || '(none)'}
				</ScrollBox>
				<p class="faint">
					{detail.checkedBy === 'exit-code'
						? 'Judged by its exit code alone: the expectation is prose that nothing can check. '
						: ''}
					Run it again: <code>{rerun}</code>
				</p>
			</section>
			<Attempts prompt={prompt} row={row} attempts={detail.attempts} current={attempt} />
			{attempt === undefined ? (
				// The head says it already, unless it had to be cut there.
				detail.detail === null || detail.detail === row.message ? null : (
					<section class="card">
						<p>{detail.detail}</p>
					</section>
				)
			) : (
				<AttemptView key={attempt.number} attempt={attempt} detail={detail} route={route} />
			)}
		</>
	);
}

function Attempts({
	prompt,
	row,
	attempts,
	current,
}: {
	readonly prompt: PromptRow;
	readonly row: StepRow;
	readonly attempts: readonly AttemptDetail[];
	readonly current: AttemptDetail | undefined;
}) {
	if (attempts.length < 2) return null;
	return (
		<nav class="tabs" aria-label="Attempts">
			{attempts.map(({ number, outcome, durationMs }) => (
				<a
					key={number}
					href={formatRoute({ page: 'step', file: prompt.file, number: row.number, attempt: number, line: null })}
					aria-current={number === current?.number ? 'page' : undefined}
				>
					<Glyph outcome={outcome} label={outcome} /> Try {number}{' '}
					<span class="faint">{formatDuration(durationMs)}</span>
				</a>
			))}
		</nav>
	);
}

function AttemptView({
	attempt,
	detail,
	route,
}: {
	readonly attempt: AttemptDetail;
	readonly detail: StepDetail;
	readonly route: StepRoute;
}) {
	const { mismatch, exitCode, signal } = attempt;
	return (
		<>
			{attempt.detail === null ? null : (
				<section class="card">
					<p>{attempt.detail}</p>
				</section>
			)}
			{mismatch === null ? null : <Difference mismatch={mismatch} />}
			<KillLog attempt={attempt} />
			{attempt.reason === 'exit-code' && mismatch === null ? (
				<section class="card">
					<h2>Exit code</h2>
					<p>
						It ended with {exitCode === null ? `signal ${signal ?? 'unknown'}` : `exit code ${exitCode}`}; another one
						was expected.
					</p>
				</section>
			) : null}
			<OutputView
				output={attempt.output}
				line={route.line}
				hrefOfLine={(line) => formatRoute({ ...route, attempt: attempt.number, line })}
			/>
			<Timing attempt={attempt} />
			<EvidencePanel attempt={attempt} step={detail} />
		</>
	);
}

function Neighbours({ prompt, index }: { readonly prompt: PromptRow; readonly index: number }) {
	const [before, after] = [prompt.steps[index - 1], prompt.steps[index + 1]];
	return (
		<nav class="neighbours" aria-label="Other steps">
			{before ? (
				<a id="previous-step" href={stepHref(prompt.file, before.number)}>
					← <Glyph outcome={before.outcome} label={before.outcome} /> {before.number} {before.name}
				</a>
			) : (
				<span />
			)}
			{after ? (
				<a id="next-step" href={stepHref(prompt.file, after.number)}>
					{after.number} {after.name} <Glyph outcome={after.outcome} label={after.outcome} /> →
				</a>
			) : (
				<span />
			)}
		</nav>
	);
}
