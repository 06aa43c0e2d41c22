import type { ExpectationPart } from '../core/expectations.ts';
import type { Span } from '../core/places.ts';
import { type NamedStream, normalizeZero, type ProseDemand, readClause, TOKENS, token } from './prose-clause.ts';

/** What was found in the prose and the inline code of an expectation. */
export type ProseFinding =
	| { readonly kind: 'exit-code'; readonly exitCodes: readonly number[]; readonly span: Span }
	| { readonly kind: 'silence'; readonly stream: NamedStream | null; readonly span: Span }
	| { readonly kind: 'something'; readonly stream: NamedStream | null; readonly span: Span }
	| { readonly kind: 'contains'; readonly text: string; readonly stream: NamedStream | null; readonly span: Span }
	| {
			readonly kind: 'exactly';
			readonly texts: readonly string[];
			readonly stream: NamedStream | null;
			readonly span: Span;
	  }
	/** Inline code without a wording around it that changes what code means. */
	| { readonly kind: 'code'; readonly text: string; readonly stream: NamedStream | null; readonly span: Span }
	/** Code in a sentence that may deny it or name it as one of several cases. */
	| { readonly kind: 'ambiguous'; readonly text: string; readonly span: Span }
	/** Words of no known wording. */
	| { readonly kind: 'unknown'; readonly text: string; readonly span: Span };

/** A part that is not a fence. */
export type InlinePart = Exclude<ExpectationPart, { kind: 'fence' }>;

interface Token {
	readonly kind: 'code' | 'quotation';
	readonly text: string;
	readonly span: Span;
}

/**
 * Reads prose and the inline code in it. What is not surely a demand is none: sentences with alternatives, conditions or examples
 * are left out whole, and so is what follows a negation.
 *
 * @param parts - A stretch of an expectation without fences.
 */
export function readProse(parts: readonly InlinePart[]): ProseFinding[] {
	const first = parts[0];
	const last = parts.at(-1);
	if (!first || !last) return [];
	// The usual case: what is to be printed, and no word about it.
	if (parts.every(({ kind }) => kind === 'code'))
		return parts.map(({ text, span }) => ({ kind: 'code', text, stream: null, span }));
	const tokens: Token[] = [];
	const text = normalize(joinParts(parts, tokens));
	const sentences = text.split(/(?<=[.!?;])\s+|\n/).map((sentence) => sentence.replace(/[\s.!?;:]+$/, '').trim());
	const isHedged = sentences.map(
		(sentence, index) => HEDGE.test(sentence) || ALTERNATIVE_START.test(sentences[index + 1] ?? ''),
	);
	const span = { start: first.span.start, end: last.span.end };
	return sentences.flatMap((sentence, index) =>
		isHedged[index] ? leftOut(sentence, tokens, span) : readSentence(sentence, tokens, span),
	);
}

/** Alternatives, conditions, examples: whatever stands beside them may be no demand. */
const HEDGE =
	/\b(?:or|either|unless|if|when|whenever|whether|otherwise|else|depending|depends|except|may|might|could|can|optional|optionally|possibly|perhaps|maybe|usually|typically|sometimes|often|likely|probably|alternatively|eg|for example|for instance|such as|like|similar|etc|assuming|provided|in case|until|(?:up)?on (?:any |an )?(?:error|failure|success))\b/;
const ALTERNATIVE_START = /^(?:or|otherwise|else|alternatively|unless|except)\b/;
/** Turns what follows into its contrary. */
const NEGATION = /\b(?:not|never|neither|nor|cannot)\b|n't\b|n’t\b/;
/** Perhaps turns the code beside it into its contrary. */
const DENIAL =
	/\b(?:no|none|without|free of|absen\w+|missing|lack\w*|fail\w* to|instead|rather|other than|differ\w*|unlike|exclud\w+|omit\w*|hid\w+|remov\w+|gone|disappear\w*|avoid\w*|stop\w*|suppress\w*|skip\w*|ignor\w+|zero)\b/;

function joinParts(parts: readonly InlinePart[], tokens: Token[]): string {
	let text = '';
	for (const [index, part] of parts.entries()) {
		const before = parts[index - 1]?.kind;
		// Two paragraphs are two sentences; code next to code is a list.
		if (before !== undefined) text += linkOf(before, part);
		text += part.kind === 'code' ? addToken(tokens, part) : takeQuotations(part.text, part.span, tokens);
	}
	return text.replace(/ +([,.;:!?)])/g, '$1');
}

function linkOf(before: InlinePart['kind'], { kind, isApart }: InlinePart): string {
	if (isApart) return '\n';
	if (before !== kind) return ' ';
	return kind === 'code' ? ', ' : '\n';
}

function addToken(tokens: Token[], { kind, text, span }: Token): string {
	tokens.push({ kind, text, span });
	return token(tokens.length - 1);
}

/** Quoted words keep their case, all others lose it. */
const takeQuotations = (text: string, span: Span, tokens: Token[]): string =>
	text
		.replace(/[\u0001\u0002]/g, '')
		.replace(/"([^"]+)"|“([^”]+)”|(?<!\w)['‘]([^'’]+)['’](?!\w)/g, (...[, straight, curly, single]) =>
			addToken(tokens, { kind: 'quotation', text: String(straight ?? curly ?? single), span }),
		)
		.toLowerCase();

/** Brings wordings of one meaning to one wording. */
const normalize = (text: string): string =>
	normalizeZero(text)
		.replace(/\be\.g\./g, 'eg')
		.replace(/\bi\.e\./g, 'ie')
		.replace(/\betc\./g, 'etc')
		.replace(/\bstandard output\b/g, 'stdout')
		.replace(/\bstandard error\b/g, 'stderr')
		.replace(/\bstdout (?:and|or|nor) stderr\b|\bstderr (?:and|or|nor) stdout\b/g, 'output')
		.replace(/\b(?:is |be )?not empty\b|\bisn['’]t empty\b|\bnonempty\b|\bnon empty\b/g, 'non-empty')
		.replace(
			/\b(?:(?:does|do|should|must|will) not|(?:does|do|should|must)n['’]t|won['’]t) (?:print|produce|output|show|display|write|emit|log|give) (?:anything|any output)\b/g,
			'prints nothing',
		)
		.replace(/,? ?\bwithout (?:(?:any )?output|printing anything|producing (?:any )?output)\b/g, ', no output')
		.replace(/\b(exits?|completes?|finishes?|succeeds?|runs?) silently\b/g, '$1, no output')
		.replace(/^(?:the )?(?:expected )?(?:output|result): /gm, '')
		.replace(/\u0002(?:,? and|,)? \u0001/g, '\u0002, \u0001');

interface Negations {
	isNegated: boolean;
	isDenied: boolean;
}

function readSentence(sentence: string, tokens: readonly Token[], span: Span): ProseFinding[] {
	// Quoted words with no others beside them are what is to be printed, as code is.
	if (ONLY_TOKENS.test(sentence)) return tokensIn(sentence, tokens).map((one) => toDemand(one, null));
	const seen: Negations = { isNegated: false, isDenied: false };
	return splitClauses(sentence, tokens).flatMap((clause) => readOneClause(clause, tokens, span, seen));
}

const ONLY_TOKENS = new RegExp(`^${TOKENS.source}(?:, ${TOKENS.source})*$`);

/** A list of tokens stays together where the clause is known as a whole, else its parts are clauses too. */
function splitClauses(sentence: string, tokens: readonly Token[]): string[] {
	const clauses = sentence.split(CLAUSE_BORDER).map(trimClause);
	return clauses.flatMap((clause) =>
		read(clause, tokens) === null ? clause.split(LIST_BORDER).map(trimClause) : [clause],
	);
}

const BORDER = '(?:,? (?:and|but|then|plus|while) (?:then |also )?|, | ?\\(|\\),?| [–—-] )';
const CLAUSE_BORDER = new RegExp(`(?<!\u0002)${BORDER}|${BORDER}(?!\u0001)`);
const LIST_BORDER = new RegExp(BORDER);
const trimClause = (clause: string): string => clause.replace(/^[\s,:]+|[\s,:.]+$/g, '');

const read = (clause: string, tokens: readonly Token[]): ProseDemand | null =>
	readClause(clause, (index) => tokens[index]?.text ?? '');

function readOneClause(clause: string, tokens: readonly Token[], span: Span, seen: Negations): ProseFinding[] {
	seen.isNegated ||= NEGATION.test(clause);
	if (seen.isNegated) return leftOut(clause, tokens, span);
	const demand = read(clause, tokens);
	if (demand) return toFindings(demand, tokens, span);
	seen.isDenied ||= DENIAL.test(clause);
	if (seen.isDenied) return leftOut(clause, tokens, span);
	const codes = codesIn(withoutProgram(clause), tokens);
	if (codes.length > 0) return codes.map(({ text, span: own }) => ({ kind: 'code', text, stream: null, span: own }));
	return unknown(clause, tokens, span);
}

/** A program that is named as the one that prints is not what is printed. */
const withoutProgram = (clause: string): string =>
	clause.replace(
		/\b(?:(?:output|result) of(?: running)?|running|run|command|script|program|by|from) \u0001\d+\u0002/,
		'',
	);

function toFindings(demand: ProseDemand, tokens: readonly Token[], span: Span): ProseFinding[] {
	if (demand.kind === 'exit-code' || demand.kind === 'silence' || demand.kind === 'something') {
		return [{ ...demand, span }];
	}
	const found = demand.tokens.flatMap((index) => tokens[index] ?? []);
	const { stream } = demand;
	if (demand.kind === 'exactly') return [{ kind: 'exactly', texts: found.map(({ text }) => text), stream, span }];
	return found.map((one) => toDemand(one, stream));
}

const toDemand = ({ kind, text, span }: Token, stream: NamedStream | null): ProseFinding => ({
	kind: kind === 'code' ? 'code' : 'contains',
	text,
	stream,
	span,
});

function leftOut(words: string, tokens: readonly Token[], span: Span): ProseFinding[] {
	const codes = codesIn(words, tokens);
	if (codes.length === 0) return unknown(words, tokens, span);
	return codes.map(({ text, span: own }) => ({ kind: 'ambiguous', text, span: own }));
}

const unknown = (words: string, tokens: readonly Token[], span: Span): ProseFinding[] =>
	/[^\s\p{P}]/u.test(words) || words.includes('\u0001')
		? [{ kind: 'unknown', text: restore(words, tokens), span }]
		: [];

const codesIn = (words: string, tokens: readonly Token[]): Token[] =>
	tokensIn(words, tokens).filter(({ kind }) => kind === 'code');

const tokensIn = (words: string, tokens: readonly Token[]): Token[] =>
	[...words.matchAll(TOKENS)].flatMap(([, index]) => tokens[Number(index)] ?? []);

const restore = (words: string, tokens: readonly Token[]): string =>
	words.replace(TOKENS, (_, index: string) => `"${tokens[Number(index)]?.text ?? ''}"`);
