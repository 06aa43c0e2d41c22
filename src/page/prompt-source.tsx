import { useMemo } from 'preact/hooks';
import { formatDuration } from '../core/durations.ts';
import { inertText } from '../report/html/make-inert.ts';
import type { StepRow } from '../report/html/report-data.ts';
import { OutcomeWord } from './glyph.tsx';
import { stepHref } from './routes.ts';

interface SourceLine {
	readonly number: number;
	readonly text: string;
	readonly look: string;
	/** Results that belong below this line. */
	readonly steps: readonly StepRow[];
}

/** The markdown of a prompt line by line, each result under the heading of its step. */
export function PromptSource({
	file,
	steps,
	source,
}: {
	readonly file: string;
	readonly steps: readonly StepRow[];
	readonly source: string;
}) {
	const lines = useMemo(() => toSourceLines(source, steps), [source, steps]);
	return (
		<section class="card source" aria-label="The prompt with its results">
			{lines.map(({ number, text, look, steps: here }) => (
				<>
					<div key={number} class={`source-line ${look}`}>
						<span class="gutter" aria-hidden="true">
							{number}
						</span>
						<span class="text">{text === '' ? '\u00a0' : text}</span>
					</div>
					{here.map((step) => (
						<ResultLine key={step.number} file={file} step={step} />
					))}
				</>
			))}
		</section>
	);
}

/** What came of a step, as it stands below its heading. */
export const ResultLine = ({ file, step }: { readonly file: string; readonly step: StepRow }) => (
	<a class={`result ${step.outcome}`} href={stepHref(file, step.number)} data-row>
		<OutcomeWord outcome={step.outcome} />
		<span class="result-text">
			{step.message ?? `step ${step.number} ${step.name}`}
			{step.evidence === null ? '' : <span class="faint"> · {step.evidence}</span>}
		</span>
		<span class="number">{formatDuration(step.durationMs)}</span>
	</a>
);

const FENCE = /^\s*(?:[-*+]\s+)?(`{3,}|~{3,})/;

/** Finds the place of each result; a step whose heading moved since it ran is looked for by its name, then put at the end. */
function toSourceLines(source: string, steps: readonly StepRow[]): readonly SourceLine[] {
	const texts = source.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n').map(inertText);
	const places = new Map<number, StepRow[]>();
	for (const step of steps) {
		const isHere = (index: number): boolean => texts[index]?.includes(step.name) ?? false;
		const found = isHere(step.line - 1)
			? step.line - 1
			: texts.findIndex((text, index) => /^#|\*\*/.test(text) && isHere(index));
		const index = found < 0 ? texts.length - 1 : found;
		places.set(index, [...(places.get(index) ?? []), step]);
	}
	let fence: string | null = null;
	return texts.map((text, index) => {
		const mark = FENCE.exec(text)?.[1] ?? null;
		let look = fence === null ? lookOf(text) : 'is-code';
		if (mark !== null && (fence === null || (mark.startsWith(fence) && text.trim() === mark))) {
			look = 'is-code is-fence';
			fence = fence === null ? mark : null;
		}
		return { number: index + 1, text, look, steps: places.get(index) ?? [] };
	});
}

function lookOf(text: string): string {
	const heading = /^(#{1,6})\s/.exec(text)?.[1];
	if (heading !== undefined) return `is-heading h-${Math.min(3, heading.length)}`;
	return /^(---|\s*<!--)/.test(text) ? 'is-quiet' : '';
}
