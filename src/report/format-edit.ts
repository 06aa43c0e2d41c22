import { clipLine } from './clip-line.ts';
import { PLAIN_STYLE, type Style } from './style.ts';

/** Lines of the document that are shown around an edit. */
const CONTEXT = 2;
const MOST_LINES = 60;

/**
 * Shows what an edit in one place changes, line by line: what was, then what is.
 *
 * @param frame - `columns`: of the screen. `file`: for the head line.
 * @returns At most about 130 lines without newlines; empty when nothing changes.
 */
export function formatEdit(
	before: string,
	after: string,
	frame: { readonly file: string; readonly columns: number; readonly style?: Style },
): string[] {
	if (before === after) return [];
	const style = frame.style ?? PLAIN_STYLE;
	const [old, fresh] = [before.split(/\r?\n/), after.split(/\r?\n/)];
	const most = Math.min(old.length, fresh.length);
	let head = 0;
	while (head < most && old[head] === fresh[head]) head += 1;
	let tail = 0;
	while (tail < most - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail += 1;
	const show = (sign: string, line: string): string => clipLine(`${sign} ${line}`, frame.columns);
	const part = (sign: string, lines: readonly string[], paint: (text: string) => string): string[] => [
		...lines.slice(0, MOST_LINES).map((line) => paint(show(sign, line))),
		...(lines.length > MOST_LINES ? [style.dim(`  ... ${lines.length - MOST_LINES} more lines`)] : []),
	];
	const removed = old.slice(head, old.length - tail);
	const added = fresh.slice(head, fresh.length - tail);
	return [
		style.bold(`${frame.file}:${head + 1}`),
		...old.slice(Math.max(0, head - CONTEXT), head).map((line) => show(' ', line)),
		...part('-', removed, style.red),
		...part('+', added, style.green),
		...old.slice(old.length - tail, old.length - tail + CONTEXT).map((line) => show(' ', line)),
	];
}
