import Anser from 'anser';
import { inertText } from '../report/html/make-inert.ts';

/** A piece of a line in one look. */
export interface Span {
	/** Inert. */
	readonly text: string;
	/** Classes of the style sheet; empty: plain. */
	readonly look: string;
	/** `r, g, b` of a colour that no class names; `null` else. */
	readonly foreground: string | null;
	readonly background: string | null;
}

/** A line of output. */
export type Line = readonly Span[];

const COLOUR = /\u001b\[[\d;]*m/;
const OTHER_SEQUENCE = /\u001b(?!\[[\d;]*m)/g;
// Stands for an escape that Anser shall not see; a private character, taken back before anything is shown.
const STAND_IN = '\uf8f0';

/**
 * Splits output into lines of coloured spans. Colours and weights are kept, every other control sequence becomes visible text.
 *
 * @param output - Raw, as the step printed it.
 */
export function toLines(output: string): readonly Line[] {
	// A carriage return before a line feed is how terminals end lines; any other is shown.
	const text = output.replaceAll('\r\n', '\n').replace(/\n$/, '');
	if (text === '') return [];
	if (!COLOUR.test(text)) return text.split('\n').map((line) => [toSpan(inertText(line))]);
	const lines: Span[][] = [[]];
	for (const entry of Anser.ansiToJson(text.replace(OTHER_SEQUENCE, STAND_IN), { json: true, use_classes: true })) {
		const look = lookOf(entry);
		for (const [index, part] of entry.content.replaceAll(STAND_IN, '\u001b').split('\n').entries()) {
			if (index > 0) lines.push([]);
			if (part !== '') lines.at(-1)?.push({ ...look, text: inertText(part) });
		}
	}
	return lines;
}

/** Text of a line without its looks. */
export const textOf = (line: Line): string => line.map(({ text }) => text).join('');

const toSpan = (text: string): Span => ({ text, look: '', foreground: null, background: null });

function lookOf(entry: Anser.AnserJsonEntry): Omit<Span, 'text'> {
	const { fg, bg, fg_truecolor, bg_truecolor, decorations } = entry;
	const named = (name: string | null, prefix: string): string[] =>
		name !== null && /^ansi-(bright-)?\w+$/.test(name) && !/palette|truecolor/.test(name)
			? [`${prefix}${name.slice('ansi-'.length)}`]
			: [];
	const look = [...named(fg, 'fg-'), ...named(bg, 'bg-'), ...decorations.map((name) => `is-${name}`)];
	return {
		look: look.join(' '),
		foreground: colourOf(fg, fg_truecolor),
		background: colourOf(bg, bg_truecolor),
	};
}

function colourOf(name: string | null, truecolor: string | null): string | null {
	if (name === 'ansi-truecolor') return truecolor;
	const index = /^ansi-palette-(\d+)$/.exec(name ?? '')?.[1];
	return index === undefined ? null : paletteColour(Number(index));
}

/** Colours 16 to 255 of xterm: a cube of six steps, then greys. */
function paletteColour(index: number): string {
	if (index >= 232)
		return Array(3)
			.fill(8 + (index - 232) * 10)
			.join(', ');
	const step = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
	const cube = index - 16;
	return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(step).join(', ');
}
