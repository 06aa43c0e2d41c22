import type { ExpectationPart } from '../core/expectations.ts';

/**
 * Puts a new text in the place of a fence or of inline code. Every other character stays, but for the marks around it, which grow where
 * the text holds such marks itself.
 *
 * @param source - The document that `part` was read from.
 * @param text - Lines parted by `\n`, without a final one.
 * @returns The new document; `null` when the place is not written as a fence that is closed, or as code in backticks.
 */
export function replaceExpectation(source: string, part: ExpectationPart, text: string): string | null {
	if (part.kind === 'prose') return null;
	return part.kind === 'fence' ? replaceFence(source, part, text) : replaceCode(source, part, text);
}

const CLOSING = /^([ \t>]*)(`{3,}|~{3,})[ \t]*(?=\r?\n|$)/;

function replaceFence(source: string, { span }: ExpectationPart, text: string): string | null {
	const contentStart = span.start.offset;
	const openingEnd = source.slice(0, contentStart).replace(/\r?\n$/, '').length;
	const openingStart = source.lastIndexOf('\n', openingEnd - 1) + 1;
	const opening = /^(.*?)(`{3,}|~{3,})/.exec(source.slice(openingStart, openingEnd));
	const lineEnd = source.slice(openingEnd, contentStart);
	// A fence without a line is closed right where its content would begin.
	const isEmpty = span.end.offset === contentStart && CLOSING.test(source.slice(contentStart));
	const closingStart = isEmpty ? contentStart : source.indexOf('\n', span.end.offset) + 1;
	const closing = closingStart === 0 ? null : CLOSING.exec(source.slice(closingStart));
	const [, before = '', openMark] = opening ?? [];
	const [, prefix, closeMark] = closing ?? [];
	if (openMark === undefined || prefix === undefined || closeMark === undefined || lineEnd === '') return null;
	const [openGrown, closeGrown] = growMarks(openMark, closeMark, text);
	const content = text.split('\n').map((line) => `${line === '' ? prefix.trimEnd() : prefix}${line}${lineEnd}`);
	const openAt = openingStart + before.length;
	return [
		source.slice(0, openAt),
		openGrown,
		source.slice(openAt + openMark.length, contentStart),
		...(text === '' ? [] : content),
		prefix,
		closeGrown,
		source.slice(closingStart + prefix.length + closeMark.length),
	].join('');
}

// CommonMark 0.31 §4.5: a closing fence has at least as many marks as the opening one.
function growMarks(open: string, close: string, text: string): readonly [string, string] {
	const mark = open[0] ?? '`';
	const lengths = text.split('\n').map((line) => /^[ \t>]*(`+|~+)/.exec(line)?.[1] ?? '');
	const longest = Math.max(0, ...lengths.filter((run) => run.startsWith(mark)).map((run) => run.length));
	return longest < open.length ? [open, close] : [mark.repeat(longest + 1), mark.repeat(longest + 1)];
}

// CommonMark 0.31 §6.1: the marks around code are longer than any run of them inside.
function replaceCode(source: string, { span }: ExpectationPart, text: string): string | null {
	const before = /`+ ?$/.exec(source.slice(0, span.start.offset))?.[0] ?? '';
	const after = /^ ?`+/.exec(source.slice(span.end.offset))?.[0] ?? '';
	if (before === '' || after === '') return null;
	const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
	const marks = '`'.repeat(longest === 0 ? 1 : longest + 1);
	const pad = /^`|`$|^ .* $/.test(text) ? ' ' : '';
	const head = source.slice(0, span.start.offset - before.length);
	return `${head}${marks}${pad}${text}${pad}${marks}${source.slice(span.end.offset + after.length)}`;
}
