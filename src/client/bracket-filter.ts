import type { Marker } from '../core/ids.ts';
import type { OutputFilter } from './received-execution.ts';

/**
 * Takes the bracket lines that {@link wrapCommand} prints out of the standard output.
 *
 * The end line counts only as the very last output: a command that prints one itself gains nothing.
 */
export function createBracketFilter(marker: Marker): OutputFilter {
	const beginLine = `${marker} begin\n`;
	// The wrapper adds the first line feed, so that the line stands alone also after output without one.
	const endStart = `\n${marker} end `;
	let held = '';
	let isInside = false;
	let hasBegun = false;

	const enter = (): boolean => {
		if (isInside) return true;
		if (held.length < beginLine.length && beginLine.startsWith(held)) return false;
		hasBegun = held.startsWith(beginLine);
		if (hasBegun) held = held.slice(beginLine.length);
		isInside = true;
		return true;
	};

	return {
		add: (stream, text) => {
			if (stream === 'stderr') return text;
			held += text;
			if (!enter()) return '';
			const cut = endCandidate(held, endStart);
			const certain = held.slice(0, cut);
			held = held.slice(cut);
			return certain;
		},
		end: () => {
			const digits =
				isInside && held.startsWith(endStart) ? /^(\d+)\n$/.exec(held.slice(endStart.length))?.[1] : undefined;
			const exitCode = digits === undefined ? null : Number(digits);
			const bracket = hasBegun && exitCode !== null ? 'whole' : hasBegun || exitCode !== null ? 'cut' : 'none';
			return { rest: exitCode === null ? held : '', bracket, exitCode };
		},
	};
}

/** @returns Where the end line, or what may still become it, starts; the length of the text when nothing does. */
function endCandidate(text: string, endStart: string): number {
	const whole = text.lastIndexOf(endStart);
	if (whole !== -1 && /^\d*\n?$/.test(text.slice(whole + endStart.length))) return whole;
	const lineFeed = text.lastIndexOf('\n');
	return lineFeed !== -1 && endStart.startsWith(text.slice(lineFeed)) ? lineFeed : text.length;
}
