import type { ComponentChildren } from 'preact';
import { formatDuration } from '../core/durations.ts';
import type { Outcome } from '../core/outcomes.ts';
import type { RunData } from '../report/html/report-data.ts';
import { OUTCOMES_BY_CONCERN } from '../report/merge-records.ts';
import { CopyButton } from './copy-button.tsx';
import { count, formatCount, formatMoment } from './format-moment.ts';
import { Glyph } from './glyph.tsx';
import { queryHref } from './routes.ts';

const SIGN_OF: Readonly<Record<string, Outcome>> = {
	passed: 'passed',
	failed: 'failed',
	unproven: 'unproven',
	infra: 'infra',
	interrupted: 'aborted',
	invalid: 'refused',
	'nothing-selected': 'skipped',
};

/** The sign that goes with a verdict. */
export const signOf = (verdict: string | null): Outcome => SIGN_OF[verdict ?? ''] ?? 'aborted';

/** Verdict and why, what ran where, and the steps by outcome. */
export function RunHeader({ data }: { readonly data: RunData }) {
	const { totals, executor } = data;
	return (
		<header class={`verdict ${signOf(data.verdict)}`}>
			<div class="verdict-line">
				<Glyph outcome={signOf(data.verdict)} />
				<h1>{data.verdict ?? 'unfinished'}</h1>
				<span class="grow" />
				<CopyButton text={data.markdown} label="Copy as markdown" />
			</div>
			<p class="why">{tellWhy(data)}</p>
			<OutcomeBar data={data} />
			<dl class="facts">
				<Fact name="Run">
					<code>{data.run}</code>
				</Fact>
				<Fact name="Started">
					<time dateTime={data.startedAt}>{formatMoment(data.startedAt)}</time>, took{' '}
					{formatDuration(totals.durationMs)}
				</Fact>
				{data.commit === null ? null : (
					<Fact name="Commit">
						<code title={data.commit}>{data.commit.slice(0, 12)}</code>
					</Fact>
				)}
				<Fact name="Executor">
					{executor.url ?? executor.kind} {executor.version}, {count(data.jobs, 'job')}
				</Fact>
				<Fact name="Evidence">
					<span>
						needs <b>{data.evidenceNeeded}</b>
					</span>
					{data.transcript === null ? null : <code class="block">{data.transcript}</code>}
				</Fact>
				<Ledger data={data} />
			</dl>
			{data.warnings.length === 0 ? null : (
				<ul class="warnings">
					{data.warnings.map((warning) => (
						<li key={warning}>{warning}</li>
					))}
				</ul>
			)}
		</header>
	);
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
	<div>
		<dt>{name}</dt>
		<dd>{children}</dd>
	</div>
);

function Ledger({ data }: { readonly data: RunData }) {
	const heads = data.prompts.flatMap(({ ledgerHead }) => ledgerHead ?? []);
	const [first] = heads;
	if (first === undefined) return null;
	return (
		<Fact name={heads.length === 1 ? 'Ledger head' : 'Ledger heads'}>
			<code title={first}>{first.slice(0, 12)}</code>
			{heads.length === 1 ? null : ` and ${heads.length - 1} more`}
		</Fact>
	);
}

/** One sentence: what the verdict is made of. */
function tellWhy({ totals, prompts, exitCode }: RunData): string {
	const { byOutcome, steps } = totals;
	const scope = `${count(steps, 'step')} of ${count(totals.prompts, 'prompt')}`;
	const code = exitCode === null ? '' : ` It ended with exit code ${exitCode}.`;
	if (steps === 0) return `Nothing ran.${code}`;
	if (byOutcome.passed === steps) return `All ${scope} passed, with the evidence that was needed.${code}`;
	const parts = OUTCOMES_BY_CONCERN.filter((outcome) => outcome !== 'passed' && byOutcome[outcome] > 0).map(
		(outcome) => `${byOutcome[outcome]} ${outcome}`,
	);
	const first = prompts
		.flatMap((prompt) => prompt.steps.map((step) => ({ prompt, step })))
		.find(({ step }) => step.outcome !== 'passed' && step.outcome !== 'skipped');
	const example = first
		? ` First: ${first.prompt.file}:${first.step.line} “${first.step.name}”, ${first.step.message ?? first.step.outcome}.`
		: '';
	return `Of ${scope}: ${parts.join(', ')}.${example}${code}`;
}

const BAR = 1000;

function OutcomeBar({ data: { totals } }: { readonly data: RunData }) {
	const parts = OUTCOMES_BY_CONCERN.toReversed().filter((outcome) => totals.byOutcome[outcome] > 0);
	let x = 0;
	return (
		<div class="outcomes">
			<svg class="outcome-bar" viewBox={`0 0 ${BAR} 10`} preserveAspectRatio="none" aria-hidden="true">
				{parts.map((outcome) => {
					// A single failure among thousands must not vanish.
					const width = Math.max(6, (totals.byOutcome[outcome] / totals.steps) * BAR);
					const from = x;
					x += width;
					return (
						<rect key={outcome} class={`fill ${outcome}`} x={from} y="0" width={Math.max(1, width - 2)} height="10" />
					);
				})}
			</svg>
			<ul>
				{parts.map((outcome) => (
					<li key={outcome}>
						<a href={queryHref(`outcome:${outcome}`)}>
							<Glyph outcome={outcome} />
							<b>{formatCount(totals.byOutcome[outcome])}</b> {outcome}
						</a>
					</li>
				))}
			</ul>
		</div>
	);
}
