import type { Code, Html } from 'mdast';
import { position } from './nodes.ts';
import type { Region, ScannedBlock } from './region.ts';
import { contentStart, type Line, type Scan } from './scan-lines.ts';

/** Reads a fenced block; `null` when it is not closed within its container. */
export function scanFence(scan: Scan, at: number, { to, base }: Region): ScannedBlock | null {
	const { text, lines } = scan;
	const opening = lines[at];
	if (opening === undefined) return null;
	const start = contentStart(opening);
	const mark = /^(?:`+|~+)/.exec(text.slice(start, opening.end))?.[0] ?? '';
	const info = text.slice(start + mark.length, opening.end).trim();
	if (/[\\&\t]/.test(info)) return null;
	const content: string[] = [];
	for (let next = at + 1; next < to; next += 1) {
		const line = lines[next];
		if (line === undefined) return null;
		if (isClosing(text, line, { mark, base })) {
			const [lang, ...meta] = info === '' ? [] : info.split(/ +/);
			const node: Code = {
				type: 'code',
				lang: lang ?? null,
				meta: meta.length === 0 ? null : info.slice((lang ?? '').length).trim(),
				value: content.join(''),
				position: position(start, line.end),
			};
			return { node, next: next + 1 };
		}
		// The blanks of the containers and of the opening mark are no content.
		const skipped = Math.min(line.hasTab ? 0 : line.indent, opening.indent);
		if (line.hasTab && (opening.indent > 0 || text.slice(line.start, line.end).trimStart().startsWith(mark)))
			return null;
		if (next > at + 1) content.push(text.slice(lines[next - 1]?.end, line.start));
		content.push(text.slice(line.start + skipped, line.end));
	}
	return null;
}

// CommonMark 0.31 §4.5: at least as long as the opening mark, indented by three blanks at most, with nothing behind it.
function isClosing(text: string, line: Line, { mark, base }: { mark: string; base: number }): boolean {
	const start = contentStart(line);
	if (line.isBlank || line.hasTab || line.indent - base > 3 || !text.startsWith(mark, start)) return false;
	for (let at = start + mark.length; at < line.end; at += 1) {
		if (text[at] !== mark[0]) return /^[ \t]*$/.test(text.slice(at, line.end));
	}
	return true;
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
