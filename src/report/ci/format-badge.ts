import type { Counts } from '../../core/outcomes.ts';
import { pluralize } from '../../core/pluralize.ts';
import { cleanLine, clipText } from './clean-text.ts';

/** What a badge says of a prompt. */
export interface BadgeFacts {
	/** Title of the prompt, or its file; only told to readers, not shown. */
	readonly name: string;
	/** `null`: the prompt has no counts. */
	readonly counts: Counts | null;
	readonly stage: 'development' | 'graduated' | 'trusted';
}

const LABEL = 'verify';
// White on each of them has a contrast of 4.5:1 or more. WCAG 2.2, 1.4.3
const COLOURS = { development: '#a04a00', graduated: '#2e7d32', trusted: '#1565c0', none: '#616161' } as const;

/** Writes the JSON that shields.io makes a badge of. @see https://shields.io/badges/endpoint-badge */
export function formatShields(facts: BadgeFacts): string {
	const badge = { schemaVersion: 1, label: LABEL, message: messageOf(facts), color: colourOf(facts) };
	return `${JSON.stringify(badge)}\n`;
}

/** Writes a badge as SVG, with a title for those who don't see it. It needs no font, script or network. */
export function formatBadge(facts: BadgeFacts): string {
	const message = messageOf(facts);
	const left = widthOf(LABEL) + 12;
	const right = widthOf(message) + 12;
	const title = escapeXml(titleOf(facts));
	const text = (x: number, value: string): string =>
		`<text x="${x + 6}" y="14" textLength="${widthOf(value)}" lengthAdjust="spacingAndGlyphs">${escapeXml(value)}</text>`;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${title}">`,
		`<title>${title}</title>`,
		`<rect width="${left + right}" height="20" rx="3" fill="${colourOf(facts)}"/>`,
		`<rect width="${left}" height="20" rx="3" fill="#424242"/><rect x="${left - 4}" width="4" height="20" fill="#424242"/>`,
		`<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(0, LABEL)}${text(left, message)}</g>`,
		'</svg>',
		'',
	].join('\n');
}

const messageOf = ({ counts, stage }: BadgeFacts): string =>
	counts === null ? 'no counts' : `${stage} ${counts.success}:${counts.failure}`;

const colourOf = ({ counts, stage }: BadgeFacts): string => (counts === null ? COLOURS.none : COLOURS[stage]);

function titleOf({ name, counts, stage }: BadgeFacts): string {
	const shown = clipText(cleanLine(name), 200);
	if (counts === null) return `${shown}: no counts`;
	const { success, failure } = counts;
	const successes = pluralize(success, 'success', 'successes');
	return `${shown}: ${stage}, ${successes} and ${pluralize(failure, 'failure')}`;
}

/** About what Verdana takes at 11 pixels; `textLength` makes it true for every font. */
const widthOf = (text: string): number => {
	let width = 0;
	for (const char of text)
		width += /[ijl.:,' ]/.test(char) ? 3.5 : /[frt]/.test(char) ? 4.5 : /[mw]/.test(char) ? 10 : 7;
	return Math.round(width);
};

const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
