import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../report/format-bytes.ts';
import type { CarriedOutput } from '../report/html/report-data.ts';
import { type Line, textOf, toLines } from './ansi-lines.ts';
import { CopyButton } from './copy-button.tsx';
import { count, formatCount } from './format-moment.ts';
import { ScrollBox } from './scroll-box.tsx';

/** Lines that are drawn at first; the rest comes with a button, a search or a link. */
const PAGE_LINES = 1000;
const LINE_CHARS = 2000;

/** What a step printed: colours, line numbers that are links, a search. */
export function OutputView({
	output,
	line,
	hrefOfLine,
}: {
	readonly output: CarriedOutput;
	/** From 1; shown and marked. */
	readonly line: number | null;
	readonly hrefOfLine: (line: number) => string;
}) {
	const parts = useMemo(() => output.parts.map(toLines), [output]);
	const lines = useMemo(() => parts.flat(), [parts]);
	// A gap stands before the first line of the tail; its lines have no true numbers any more.
	const gapAt = parts.length > 1 ? (parts[0]?.length ?? 0) : null;
	const [limit, setLimit] = useState(PAGE_LINES);
	const { text, setText, found, current, go } = useSearch(lines);
	const shown = Math.max(limit, (line ?? 0) + 50, (current ?? 0) + 50);
	const target = current ?? (line === null ? null : line - 1);
	const scroller = useRef<HTMLDivElement>(null);
	useEffect(() => {
		if (target === null) return;
		scroller.current?.querySelector(`[data-line="${target + 1}"]`)?.scrollIntoView({ block: 'nearest' });
	}, [target, lines]);
	return (
		<section class="card" id="output">
			<div class="card-head">
				<h2>
					Output <span class="faint">{tellSize(output)}</span>
				</h2>
				{lines.length === 0 ? null : (
					<div class="tools">
						<input
							type="search"
							id="search-output"
							class="needs-script"
							placeholder="Search  —  press /"
							aria-label="Search the output"
							value={text}
							onInput={(event) => setText(event.currentTarget.value)}
							onKeyDown={(event) => {
								if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
							}}
						/>
						<span class="faint number" aria-live="polite">
							{text === '' ? '' : found.length === 0 ? 'none' : `${found.indexOf(current ?? -1) + 1}/${found.length}`}
						</span>
						<CopyButton label="Copy" text={() => lines.map(textOf).join('\n')} />
					</div>
				)}
			</div>
			{lines.length === 0 ? <p class="faint empty">It printed nothing.</p> : null}
			<ScrollBox class={lines.length === 0 ? 'hidden' : 'terminal'} label="Output" boxRef={scroller}>
				{lines.slice(0, shown).map((spans, index) => (
					<>
						{index === gapAt ? <Gap output={output} /> : null}
						<OutputLine
							key={index}
							spans={spans}
							number={index + 1}
							href={hrefOfLine(index + 1)}
							isMarked={index === target}
							isNumbered={gapAt === null || index < gapAt}
						/>
					</>
				))}
				{lines.length > shown ? (
					<button type="button" class="button" onClick={() => setLimit(shown + 5 * PAGE_LINES)}>
						Show more: {count(lines.length - shown, 'line')} left
					</button>
				) : null}
			</ScrollBox>
			{output.file === null ? null : (
				<p class="faint">
					In full: <a href={output.file.split('/').map(encodeURIComponent).join('/')}>{output.file}</a>
				</p>
			)}
		</section>
	);
}

function useSearch(lines: readonly Line[]) {
	const [text, setText] = useState('');
	const [position, setPosition] = useState(0);
	const found = useMemo(() => {
		const wanted = text.toLowerCase();
		return wanted === ''
			? []
			: [...lines.keys()].filter((index) =>
					textOf(lines[index] ?? [])
						.toLowerCase()
						.includes(wanted),
				);
	}, [lines, text]);
	const current =
		found.length === 0 ? null : (found[((position % found.length) + found.length) % found.length] ?? null);
	return {
		text,
		found,
		current,
		setText(next: string): void {
			setText(next);
			setPosition(0);
		},
		go: (by: number) => setPosition(position + by),
	};
}

const tellSize = ({ bytes, stderrLines, droppedBytes }: CarriedOutput): string =>
	[
		formatBytes(bytes),
		...(stderrLines === 0 ? [] : [`${count(stderrLines, 'line')} on stderr`]),
		...(droppedBytes === 0 ? [] : [`${formatBytes(droppedBytes)} dropped`]),
	].join(', ');

function Gap({ output }: { readonly output: CarriedOutput }) {
	const kept = output.parts.reduce((sum, part) => sum + part.length, 0);
	return (
		<div class="gap">
			{output.bytes > kept
				? `about ${formatBytes(output.bytes - kept)} not in this file`
				: 'some output is not in this file'}
		</div>
	);
}

interface LineProps {
	readonly spans: Line;
	readonly number: number;
	readonly href: string;
	readonly isMarked: boolean;
	readonly isNumbered: boolean;
}

function OutputLine({ spans, number, href, isMarked, isNumbered }: LineProps) {
	const [isWhole, setIsWhole] = useState(false);
	const length = spans.reduce((sum, { text }) => sum + text.length, 0);
	const isLong = length > LINE_CHARS && !isWhole;
	return (
		<div class={isMarked ? 'line marked' : 'line'} data-line={number}>
			<a class="gutter" href={href} aria-label={`Line ${number}`} tabIndex={-1}>
				{isNumbered ? number : '·'}
			</a>
			<span class="text">
				{(isLong ? clip(spans) : spans).map((span, index) => (
					<SpanText key={index} {...span} />
				))}
				{isLong ? (
					<button type="button" class="link" onClick={() => setIsWhole(true)}>
						… {formatCount(length - LINE_CHARS)} more characters
					</button>
				) : null}
			</span>
		</div>
	);
}

function clip(spans: Line): Line {
	let room = LINE_CHARS;
	return spans.flatMap((span) => {
		const text = span.text.slice(0, Math.max(0, room));
		room -= span.text.length;
		return text === '' ? [] : [{ ...span, text }];
	});
}

function SpanText({ text, look, foreground, background }: Line[number]) {
	if (look === '' && foreground === null && background === null) return <>{text}</>;
	// Mixed with the ground's own colours, so that every text stays readable. Set one by one through the object model, which the security policy allows; it refuses style attributes.
	const style = {
		...(foreground === null ? {} : { color: `color-mix(in oklab, rgb(${foreground}) 45%, var(--text))` }),
		...(background === null ? {} : { backgroundColor: `color-mix(in oklab, rgb(${background}) 25%, var(--card))` }),
	};
	return (
		<span class={look} style={style}>
			{text}
		</span>
	);
}
