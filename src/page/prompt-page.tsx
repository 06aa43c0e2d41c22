import { formatDuration } from '../core/durations.ts';
import type { PromptRow, RunData } from '../report/html/report-data.ts';
import { CountsCell, stageText } from './counts-cell.tsx';
import { Crumbs } from './crumbs.tsx';
import { count } from './format-moment.ts';
import { OutcomeWord } from './glyph.tsx';
import { HistoryStrip } from './history-strip.tsx';
import { PromptSource, ResultLine } from './prompt-source.tsx';
import { queryHref } from './routes.ts';
import { Trend, toTrend } from './trend.tsx';
import { useDetail } from './use-detail.ts';

/** A prompt as it is written, with each result in its place. */
export function PromptPage({ data, prompt }: { readonly data: RunData; readonly prompt: PromptRow }) {
	const detail = useDetail(prompt);
	const source = typeof detail === 'object' ? detail.source : null;
	return (
		<main>
			<Crumbs
				path={[
					{ text: 'Run', href: queryHref('') },
					{ text: prompt.file, href: null },
				]}
			/>
			<header class="page-head">
				<h1>{prompt.title ?? prompt.file}</h1>
				<p class="facts-line">
					<OutcomeWord outcome={prompt.outcome} />
					<span>{count(prompt.steps.length, 'step')}</span>
					<span>{formatDuration(prompt.durationMs)}</span>
					<CountsChange prompt={prompt} />
					<span class="faint">{stageText(prompt.counts.after ?? prompt.counts.before)}</span>
				</p>
				<p class="facts-line">
					<CountsCell counts={prompt.counts.after ?? prompt.counts.before} />
					<HistoryStrip points={prompt.history} runs={data.runs} root="../" here={data.run} />
				</p>
				<Digest name="sha256" value={prompt.digest} />
				<Digest name="ledger head" value={prompt.ledgerHead} />
				{prompt.warnings.length === 0 ? null : (
					<ul class="warnings">
						{prompt.warnings.map((warning) => (
							<li key={warning}>{warning}</li>
						))}
					</ul>
				)}
			</header>
			{detail === 'loading' ? <p class="faint">Unpacking…</p> : null}
			{source === null && detail !== 'loading' ? (
				<section class="card">
					<p class="faint">The markdown is not in this file; these are its steps.</p>
					<ul class="results">
						{prompt.steps.map((step) => (
							<li key={step.number}>
								<ResultLine file={prompt.file} step={step} />
							</li>
						))}
					</ul>
				</section>
			) : null}
			{source === null ? null : <PromptSource file={prompt.file} steps={prompt.steps} source={source} />}
			<Trend points={toTrend([prompt.history], data.runs)} />
		</main>
	);
}

function CountsChange({ prompt: { counts } }: { readonly prompt: PromptRow }) {
	const { before, after, added, write } = counts;
	if (before === null || after === null) return null;
	const isChanged = added.success + added.failure > 0;
	return (
		<span>
			{isChanged ? `${before.success}:${before.failure} → ` : ''}
			<b>
				{after.success}:{after.failure}
			</b>
			{write === 'dry' ? ' (not written)' : write === 'refused' ? ` (not written: ${counts.detail ?? 'refused'})` : ''}
		</span>
	);
}

const Digest = ({ name, value }: { readonly name: string; readonly value: string | null }) =>
	value === null ? null : (
		<p class="faint">
			{name} <code class="digest">{value}</code>
		</p>
	);
