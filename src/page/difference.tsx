import type { ReportedDiffLine, ReportedMismatch } from '../core/events.ts';
import { ScrollBox } from './scroll-box.tsx';

/** What was expected and what came: the first difference, the aligned lines, what may help. */
export function Difference({ mismatch }: { readonly mismatch: ReportedMismatch }) {
	const { firstDifference: first, diff, hints, message } = mismatch;
	return (
		<section class="card" id="difference">
			<h2>{first === null ? 'Not as expected' : 'First difference'}</h2>
			<p class="message">{message}</p>
			{first === null ? (
				<dl class="compare">
					<dt>expected</dt>
					<dd class="mono">{mismatch.matcher}</dd>
				</dl>
			) : (
				<dl class="compare">
					<dt>expected{first.expectedLine === null ? '' : `, line ${first.expectedLine}`}</dt>
					<dd class="mono missing">
						<Marked text={first.expected} other={first.actual} nothing="(the end of the output)" />
					</dd>
					<dt>actual{first.actualLine === null ? '' : `, line ${first.actualLine}`}</dt>
					<dd class="mono surplus">
						<Marked text={first.actual} other={first.expected} nothing="(the output ended)" />
					</dd>
				</dl>
			)}
			{diff.length === 0 ? null : <Diff diff={diff} />}
			{hints.length === 0 ? null : (
				<ul class="hints">
					{hints.map((hint) => (
						<li key={hint}>{hint}</li>
					))}
				</ul>
			)}
		</section>
	);
}

/** Marks where a text parts from the other, from the first to the last character that differs; invisible ones are made visible. */
function Marked({
	text,
	other,
	nothing,
}: {
	readonly text: string | null;
	readonly other: string | null;
	readonly nothing: string;
}) {
	if (text === null) return <i class="faint">{nothing}</i>;
	if (other === null) return <>{text}</>;
	let start = 0;
	while (start < text.length && text[start] === other[start]) start += 1;
	let end = 0;
	while (end < Math.min(text.length, other.length) - start && text.at(-1 - end) === other.at(-1 - end)) end += 1;
	const middle = text.slice(start, text.length - end);
	return (
		<>
			{text.slice(0, start)}
			{middle === '' ? null : (
				<mark>{middle.replaceAll(' ', '·').replaceAll('\t', '→').replaceAll('\u00a0', '⍽')}</mark>
			)}
			{text.slice(text.length - end)}
		</>
	);
}

const SIGNS = { same: ' ', missing: '−', surplus: '+' } as const;
const WORDS = { same: '', missing: 'missing: ', surplus: 'surplus: ' } as const;

function Diff({ diff }: { readonly diff: readonly ReportedDiffLine[] }) {
	const first = diff.findIndex(({ kind }) => kind !== 'same');
	return (
		<ScrollBox class="diff" label="Aligned difference">
			<div class="diff-legend faint">
				<span class="gutter">out</span>
				<span class="gutter">exp</span>
				<span class="text">− expected and missing, + printed and not expected</span>
			</div>
			{diff.map(({ kind, actualLine, expectedLine, text }, index) => (
				<div key={index} class={`diff-line ${kind}${index === first ? ' first' : ''}`}>
					<span class="gutter">{actualLine ?? ''}</span>
					<span class="gutter">{expectedLine ?? ''}</span>
					<span class="sign" aria-hidden="true">
						{SIGNS[kind]}
					</span>
					<span class="text">
						<span class="hidden">{WORDS[kind]}</span>
						{text}
					</span>
				</div>
			))}
		</ScrollBox>
	);
}
