import type { Code, InlineCode } from 'mdast';
import type { Diagnostic, Span } from '../core/places.ts';
import { createFinding } from './lint-rules.ts';
import { CODE, runLength } from './scan/codes.ts';
import type { SourceText } from './source-text.ts';
import { isWhite } from './white-space.ts';

/** A fenced code block. */
export interface Fence {
	readonly node: Code;
	/** First word of the info string in lower case; `null` for a bare fence. */
	readonly language: string | null;
	/** Without fence marks, container indents and final line end; lines end in `\n`. */
	readonly text: string;
	/** From the first character after the opening line to the last before the closing line. */
	readonly contentSpan: Span;
	readonly isTerminated: boolean;
}

const SESSIONS: ReadonlySet<string> = new Set([
	'console',
	'terminal',
	'shell-session',
	'shellsession',
	'sh-session',
	'bash-session',
]);
const SHELLS: ReadonlySet<string> = new Set([
	...['bash', 'sh', 'shell', 'zsh', 'shellscript', 'shell-script'],
	...SESSIONS,
]);

/** Tells languages whose blocks show what was printed as often as what was typed. */
export const isSession = (language: string | null): boolean => language !== null && SESSIONS.has(language);

/** Tells languages whose blocks hold commands. */
export const isShell = (language: string | null): boolean => language !== null && SHELLS.has(language);

/**
 * Reads a code node.
 *
 * @returns `null` for an indented block, which carries no intention: only fences are read.
 */
export function readFence(node: Code, source: SourceText): Fence | null {
	const place = findPlace(node, source);
	if (place === null) return null;
	return {
		node,
		language: node.lang === undefined || node.lang === null ? null : normalizeLanguage(node.lang),
		text: node.value.includes('\r') ? node.value.replace(/\r\n?/g, '\n') : node.value,
		contentSpan: source.span(place.contentStart, place.contentEnd),
		isTerminated: place.isTerminated,
	};
}

/** `Bash`, `{bash}`, `{.bash}` and `bash,ignore` are all bash. */
const normalizeLanguage = (word: string): string =>
	/^\{?\.?([\w+#-]+)/.exec(word)?.[1]?.toLowerCase() ?? word.toLowerCase();

/** Tells fenced blocks that go on to the end of what they stand in. */
export const isUnterminated = (node: Code, source: SourceText): boolean =>
	findPlace(node, source)?.isTerminated === false;

/** Where the content stands; `null` for a block without fence marks. */
function findPlace(
	node: Code,
	source: SourceText,
): { contentStart: number; contentEnd: number; isTerminated: boolean } | null {
	const { text } = source;
	const start = source.startOf(node);
	const end = source.endOf(node);
	const mark = text[start];
	const length = mark === '`' || mark === '~' ? runLength(text, start, end) : 0;
	if (length < 3) return null;
	const firstLineEnd = lineEndAfter(text, start, end);
	const contentStart = skipLineEnd(text, firstLineEnd, end);
	const lastLineStart = lineStartBefore(text, end, contentStart);
	const isTerminated =
		contentStart > firstLineEnd && isClosing(text.slice(lastLineStart, end), text.slice(start, start + length));
	return {
		contentStart,
		contentEnd: isTerminated ? dropLineEnd(text, lastLineStart, contentStart) : end,
		isTerminated,
	};
}

/** What to say of a block that is never closed: an error of the document where it swallows what was meant to be steps. */
export function unterminatedFence(fence: Fence, source: SourceText): Diagnostic {
	const isSwallowing = /^ {0,3}#{1,6} .*\b(?:step|task)\b/im.test(fence.text);
	return createFinding('unterminated-fence', source.spanOf(fence.node), {
		message: isSwallowing
			? 'The code block is never closed and swallows steps below it'
			: 'The code block is never closed, so it reaches to the end',
		advice: 'Close it with a line of the same marks that open it',
		...(isSwallowing && { severity: 'error' }),
	});
}

/** Finds the characters between the backticks of inline code. */
export function inlineCodeSpan(node: InlineCode, source: SourceText): Span {
	let start = source.startOf(node);
	let end = source.endOf(node);
	while (start < end && source.text[start] === '`' && source.text[end - 1] === '`') {
		start += 1;
		end -= 1;
	}
	// CommonMark 0.31 §6.1: one blank is dropped on both sides, so that code may begin with a backtick.
	const inner = source.text.slice(start, end);
	const isPadded = inner.length > node.value.length && /^\s[\s\S]*\s$/.test(inner);
	return isPadded ? source.span(start + 1, end - 1) : source.span(Math.min(start, end), end);
}

// CommonMark 0.31 §4.5: a closing fence may be longer; the containers' marks before it belong to the line.
function isClosing(line: string, mark: string): boolean {
	let start = 0;
	while (start < line.length && (line[start] === '>' || isWhite(line.charCodeAt(start)))) start += 1;
	let end = line.length;
	while (end > start && isWhite(line.charCodeAt(end - 1))) end -= 1;
	return end - start >= mark.length && line[start] === mark[0] && runLength(line, start, end) === end - start;
}

function lineEndAfter(text: string, start: number, end: number): number {
	for (let at = start; at < end; at += 1) if (isLineEnd(text.charCodeAt(at))) return at;
	return end;
}

function skipLineEnd(text: string, at: number, end: number): number {
	if (at >= end) return end;
	return text.startsWith('\r\n', at) ? Math.min(end, at + 2) : at + 1;
}

function lineStartBefore(text: string, end: number, floor: number): number {
	let at = end;
	while (at > floor && !isLineEnd(text.charCodeAt(at - 1))) at -= 1;
	return at;
}

const isLineEnd = (code: number): boolean => code === CODE.lineFeed || code === CODE.return;

function dropLineEnd(text: string, at: number, floor: number): number {
	if (at <= floor) return floor;
	return text.slice(at - 2, at) === '\r\n' && at - 2 >= floor ? at - 2 : at - 1;
}
