import type { Code, Html } from 'mdast';
import { isSpaceOrTab, runLength } from './codes.ts';
import { position } from './nodes.ts';
import type { Region, ScannedBlock } from './region.ts';
import { contentStart, type Line, type Scan } from './scan-lines.ts';

/** Reads a fenced block; `null` when it is not closed within its container. */
export function scanFence(scan: Scan, at: number, { to, base }: Region): ScannedBlock | null {
	const { text, lines } = scan;
	const opening = lines[at];
	if (opening === undefined) return null;
	const start = contentStart(opening);
	const mark = text.slice(start, start + runLength(text, start, opening.end));
	const info = text.slice(start + mark.length, opening.end).trim();
	if (/[\\&\t]/.test(info)) return null;
	for (let next = at + 1; next < to; next += 1) {
		const line = lines[next];
		if (line === undefined) return null;
		if (isClosing(text, line, { mark, base })) {
			const [lang, ...meta] = info === '' ? [] : info.split(/ +/);
			const node: Code = {
				type: 'code',
				lang: lang ?? null,
				meta: meta.length === 0 ? null : info.slice((lang ?? '').length).trim(),
				value: contentOf(scan, at, next),
				position: position(start, line.end),
			};
			return { node, next: next + 1 };
		}
		if (line.hasTab && (opening.indent > 0 || text.slice(line.start, line.end).trimStart().startsWith(mark)))
			return null;
	}
	return null;
}

/** The lines between both marks. The blanks of the containers and of the opening mark are no content. */
function contentOf({ text, lines }: Scan, opening: number, closing: number): string {
	const indent = lines[opening]?.indent ?? 0;
	if (indent === 0) return text.slice(lines[opening + 1]?.start, lines[closing - 1]?.end);
	let content = '';
	for (let at = opening + 1; at < closing; at += 1) {
		const line = lines[at];
		if (line === undefined) break;
		if (at > opening + 1) content += text.slice(lines[at - 1]?.end, line.start);
		content += text.slice(line.start + Math.min(line.indent, indent), line.end);
	}
	return content;
}

// CommonMark 0.31 §4.5: at least as long as the opening mark, indented by three blanks at most, with nothing behind it.
function isClosing(text: string, line: Line, { mark, base }: { mark: string; base: number }): boolean {
	const start = contentStart(line);
	if (line.isBlank || line.hasTab || line.indent - base > 3 || !text.startsWith(mark, start)) return false;
	let at = start + runLength(text, start, line.end);
	while (at < line.end && isSpaceOrTab(text.charCodeAt(at))) at += 1;
	return at === line.end;
}

/** Reads a comment; `null` when it is not closed, or is HTML of another kind. */
export function scanComment(scan: Scan, at: number, { to, base }: Region): ScannedBlock | null {
	const { text, lines } = scan;
	const first = lines[at];
	const start = first === undefined ? 0 : contentStart(first);
	// An indent belongs to the comment.
	if (first === undefined || first.indent !== base) return null;
	if (!text.startsWith('<!--', start) || /^<!--+>/.test(text.slice(start, start + 6))) return null;
	const close = text.indexOf('-->', start + 4);
	if (close === -1) return null;
	for (let next = at; next < to; next += 1) {
		const line = lines[next];
		if (line === undefined || (base > 0 && next > at)) return null;
		if (close >= line.end) continue;
		const node: Html = { type: 'html', value: text.slice(start, line.end), position: position(start, line.end) };
		return { node, next: next + 1 };
	}
	return null;
}
