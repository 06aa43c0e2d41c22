import type { RatioForm } from './prompt.ts';

/** What a ratio's value says. Places are offsets in the value's text. */
export interface RatioValue {
	readonly form: RatioForm;
	/** From `S:F`; 0 for `N/A`; `null` where the form carries no counts. */
	readonly success: number | null;
	readonly failure: number | null;
	readonly start: number;
	readonly end: number;
	/** First character after the ratio and its closing marks. */
	readonly remarkStart: number;
}

/** Words that say: what stands before them is wanted, not reached. */
const WANTED = /^\s*(?:is |are )?(?:required|needed|wanted|to graduate|minimum|target)\b/i;

/**
 * Reads the ratio at the start of a value, such as `9:2 (Requires 10:1 to graduate)`. Only what stands first counts: the target, which
 * looks alike, comes later on the line.
 *
 * @param success - The prompt's own count, where it has one: tells `1:3` for 3 and 9 from `1:3` for 1 and 3.
 * @returns `null` when no ratio stands there.
 */
export function readRatio(text: string, success?: number, failure?: number): RatioValue | null {
	const lead = /^[*_`~]*/.exec(text)?.[0].length ?? 0;
	const value = text.slice(lead);
	const pair = /^(\d{1,15}(?:\.\d+)?)\s?:\s?(\d{1,15}(?:\.\d+)?)(?![\d.]*\d)/.exec(value);
	const other = pair ?? /^(?:n\/a|\d+(?:\.\d+)?\s?%)/i.exec(value);
	if (other === null) return null;
	const end = lead + other[0].length;
	const marks = lead === 0 ? 0 : (/^[*_`~]*/.exec(text.slice(end))?.[0].length ?? 0);
	const place = { start: lead, end, remarkStart: end + marks };
	if (pair) {
		if (WANTED.test(text.slice(place.remarkStart))) return null;
		return { ...readPair(pair[1] ?? '', pair[2] ?? '', success, failure), ...place };
	}
	const isPercentage = other[0].endsWith('%');
	const count = isPercentage ? null : 0;
	return { form: isPercentage ? 'percentage' : 'not-available', success: count, failure: count, ...place };
}

function readPair(
	left: string,
	right: string,
	success: number | undefined,
	failure: number | undefined,
): Pick<RatioValue, 'form' | 'success' | 'failure'> {
	const [a, b] = [Number(left), Number(right)];
	if (!Number.isInteger(a) || !Number.isInteger(b)) return { form: 'quotient', success: null, failure: null };
	const hasOwn = success !== undefined && failure !== undefined;
	const isQuotient = hasOwn && (a !== success || b !== failure) && (a === 1 || b === 1);
	return isQuotient ? { form: 'quotient', success: null, failure: null } : { form: 'counts', success: a, failure: b };
}

/**
 * Writes a ratio anew in the form it had.
 *
 * @param present - The ratio's characters now; a percentage keeps its number of decimals.
 * @param total - What a percentage is of where it is not of `success + failure`.
 */
export function formatRatio(
	form: RatioForm,
	counts: { readonly success: number; readonly failure: number },
	options: { readonly present: string; readonly total?: number },
): string {
	const { success, failure } = counts;
	if (form === 'percentage') return formatPercentage(success, options.total ?? success + failure, options.present);
	if (form === 'not-available' && success + failure === 0) return options.present;
	if (form !== 'quotient' || success === 0 || failure === 0) return `${success}:${failure}`;
	return success >= failure ? `${shortNumber(success / failure)}:1` : `1:${shortNumber(failure / success)}`;
}

const shortNumber = (value: number): string => String(Number(value.toFixed(2)));

function formatPercentage(part: number, whole: number, present: string): string {
	const decimals = /\.(\d+)/.exec(present)?.[1]?.length ?? 0;
	const blank = /\d(\s?)%/.exec(present)?.[1] ?? '';
	return `${(whole === 0 ? 0 : (part / whole) * 100).toFixed(Math.min(decimals, 20))}${blank}%`;
}

/** A parenthesis or phrase that names the wanted ratio. */
const TARGET = /\((?=[^()]*\d+(?:\.\d+)?\s?:\s?\d)(?=[^()]*\b(?:requires?|needs?|target|graduate|minimum)\b)[^()]*\)/i;
const GRADUATED = /\bgraduated\b!*/gi;
const DECORATION = /[\s\uFFFD]|\uFE0F|\p{Extended_Pictographic}/u;
const DENIED = /\b(?:not|never|un|isn't|until|once|when|if)\b[\s-]*(?:yet|been|be|is)?[\s-]*$/i;

/** A stretch of a text, in its offsets. */
export interface Stretch {
	readonly start: number;
	readonly end: number;
}

/**
 * Finds a graduation mark: the word `graduated`, its emoji and parentheses, with the blanks before it.
 *
 * @returns `null` when there is none, or when the words before deny it.
 */
export function findGraduationMark(text: string): Stretch | null {
	// Most remarks hold none, and going through matches costs more than to see that.
	if (text.search(GRADUATED) === -1) return null;
	for (const { index, 0: word } of text.matchAll(GRADUATED)) {
		if (DENIED.test(text.slice(Math.max(0, index - 30), index))) continue;
		const start = skipDecoration(text, index, -1);
		const end = index + word.length;
		const isInParentheses = text[start - 1] === '(';
		const close = isInParentheses ? text.indexOf(')', end) : -1;
		if (close !== -1) return { start: text.slice(0, start - 1).trimEnd().length, end: close + 1 };
		const emojiEnd = skipDecoration(text, end, 1);
		return { start, end: Math.max(end, text.slice(0, emojiEnd).trimEnd().length) };
	}
	return null;
}

/** Blanks, emoji and what is left of broken ones, before (-1) or after (1) an offset. */
function skipDecoration(text: string, offset: number, step: 1 | -1): number {
	let at = offset;
	for (;;) {
		const next = step === 1 ? text.codePointAt(at) : codePointBefore(text, at);
		if (next === undefined) return at;
		const character = String.fromCodePoint(next);
		if (!DECORATION.test(character)) return at;
		at += step * character.length;
	}
}

function codePointBefore(text: string, offset: number): number | undefined {
	const pair = offset >= 2 ? text.codePointAt(offset - 2) : undefined;
	return pair !== undefined && pair > 0xffff ? pair : text.codePointAt(offset - 1);
}

/** Finds the parenthesis that names the target, such as `(Requires 10:1 to graduate)`. */
export function findTarget(text: string): Stretch | null {
	const match = TARGET.exec(text);
	return match && { start: match.index, end: match.index + match[0].length };
}
