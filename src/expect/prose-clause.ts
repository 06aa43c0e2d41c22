import { NON_ZERO_EXIT_CODES } from './expectation.ts';

/** What a clause of prose demands, when its wording is known. Numbers are indices of tokens, see {@link token}. */
export type ProseDemand =
	| { readonly kind: 'exit-code'; readonly exitCodes: readonly number[] }
	| { readonly kind: 'silence'; readonly stream: NamedStream | null }
	| { readonly kind: 'something'; readonly stream: NamedStream | null }
	| { readonly kind: 'contains' | 'exactly'; readonly tokens: readonly number[]; readonly stream: NamedStream | null };

/** A stream that prose names. */
export type NamedStream = 'stdout' | 'stderr';

/** Stands in a clause for the inline code or quoted text with this index: its words are no words of the prose. */
export const token = (index: number): string => `\u0001${index}\u0002`;

/** Finds tokens; the first group is the index. */
export const TOKENS = /\u0001(\d+)\u0002/g;

const T = '\u0001\\d+\u0002';
const LIST = `(?<list>${T}(?:, ${T})*)`;
const SUBJECT = [
	'(?:(?:the |this |that )?(?:command|script|step|program|process|test|run|tool|call|server|it|this|that|output|stdout|stderr)',
	`(?: ${T})? |(?:the )?(?:output|result) of (?:running )?${T} |running ${T} |${T} )?`,
].join('');
const AUXILIARY = '(?:(?:should|must|will|shall|has to|needs to|is expected to|to) )?(?:also |then )?';
const PRINTS = '(?:print|produce|output|show|display|write|emit|log|give|return|yield|generate)(?:s|es|ed|ing)?';
const PRINTED = '(?:printed|produced|shown|displayed|written|emitted|logged|expected|output)';
const WHERE = '(?: (?:on|to|in|into) (?:the )?(?:stdout|stderr|output|console|terminal|screen|log|logs))?';

const EXIT_CODE = `(?<code>${T}|\\d{1,3}|zero|non-zero)`;
const CODE_WORD = '(?:status code|status|code|value)';
const EXIT_CODE_WORD = `(?:exit (?:${CODE_WORD})|return code)`;
const OTHER_ENDS = '(?:end|return|finish|terminate|complete|fail|quit|die|succeed)(?:s|es|ed)?';
const IS = '(?: should be| must be| will be| is| was| of| equals| ==?|:)*';

const EXIT_CODE_CLAUSES = anchored(
	`${SUBJECT}${AUXILIARY}exit(?:s|ed|ing)? (?:with )?(?:an? |the )?(?:(?:exit |return )?${CODE_WORD} )?(?:of )?${EXIT_CODE}`,
	`${SUBJECT}${AUXILIARY}exit(?:s|ed|ing)? (?:with )?(?:an? |the )?${EXIT_CODE} (?:exit )?${CODE_WORD}`,
	`${SUBJECT}${AUXILIARY}${OTHER_ENDS} with (?:an? |the )?${EXIT_CODE_WORD} (?:of )?${EXIT_CODE}`,
	`${SUBJECT}${AUXILIARY}${OTHER_ENDS} with (?:an? |the )?${EXIT_CODE} ${EXIT_CODE_WORD}`,
	`${SUBJECT}${AUXILIARY}(?:return|give|yield)(?:s|ed)? (?:an? |the )?${EXIT_CODE_WORD} (?:of )?${EXIT_CODE}`,
	`${SUBJECT}${AUXILIARY}(?:return|give|yield)(?:s|ed)? (?:an? |the )?${EXIT_CODE} ${EXIT_CODE_WORD}`,
	`(?:with )?(?:an? |the |its )?exit ?(?:${CODE_WORD})?${IS} ?${EXIT_CODE}(?: is expected| expected)?`,
	`(?:with )?(?:an? |the |its )?return ?code${IS} ?${EXIT_CODE}(?: is expected| expected)?`,
	`(?:with )?(?:an? |the )?(?<code>non-zero) exit(?: ${CODE_WORD})?(?: is expected| expected)?`,
);
const SUCCESS_CLAUSES = anchored(
	`${SUBJECT}${AUXILIARY}(?:exit|complete|finish|end|run|return|terminate)(?:s|es)? (?:successfully|cleanly|with success)`,
	`${SUBJECT}${AUXILIARY}succeeds?`,
	'success',
);
const SILENCE_CLAUSES = anchored(
	`${SUBJECT}${AUXILIARY}${PRINTS} (?:no output|nothing)(?: at all)?${WHERE}`,
	`(?:there )?(?:(?:is|should be|must be) )?(?:no output|nothing)(?: at all)?(?: (?:is|should be|must be))?(?: ${PRINTED})?${WHERE}`,
	'(?:the )?(?:output|stdout|stderr) (?:(?:is|should be|must be|stays|remains) )?(?:empty|silent)',
	'(?:an? |the )?empty (?:output|stdout|stderr)',
	`${SUBJECT}${AUXILIARY}(?:be|is|stay|stays|remain|remains) silent`,
	'silence',
);
const SOMETHING_CLAUSES = anchored(
	`${SUBJECT}${AUXILIARY}${PRINTS} (?:something|(?:some|a non-empty|non-empty) output)${WHERE}`,
	`(?:some|a non-empty|non-empty) (?:output|stdout|stderr)(?: is ${PRINTED})?${WHERE}`,
	'(?:the )?(?:output|stdout|stderr) (?:(?:is|should be|must be) )?non-empty',
	'non-empty',
);
const CONTAINS =
	'(?:contain|include|print|show|display|output|say|read|log|write|mention|list|report|echo|return)(?:s|es|ing)?';
const TEXT_WORD = '(?:line|text|string|word|message|phrase|value|output)s?';
const CONTAINS_CLAUSES = anchored(
	`${SUBJECT}${AUXILIARY}${CONTAINS}(?: out)?:?(?: (?<only>only|exactly))?(?: (?:the|a|an|this|these|following))*(?: ${TEXT_WORD})?(?: (?:with|containing|saying|reading))?:? ${LIST}${WHERE}`,
	`(?:the |a |an )?(?:${TEXT_WORD} )?${LIST} (?:is|are|should be|must be|will be) (?:${PRINTED}|contained|included|present)${WHERE}`,
	`(?:the |a |an )?(?:${TEXT_WORD} )?${LIST} (?:appears?|should appear|must appear|(?:is |are )?in (?:the )?(?:output|stdout|stderr))${WHERE}`,
	`(?:a |an |the |one |at least one )?(?:output |log )?${TEXT_WORD} (?:with|containing|that contains|saying|including):? ${LIST}${WHERE}`,
);

/**
 * Recognizes one clause of prose. The whole clause must be of a known wording: a word more, and it is not.
 *
 * @param clause - Lower case, no surrounding blanks or punctuation, code and quotations replaced by tokens.
 * @param textOf - Gives the text of a token.
 */
export function readClause(clause: string, textOf: (index: number) => string): ProseDemand | null {
	// Tokens alone are no wording; thirty patterns need not be compiled to find that out.
	if (!/[a-z]/.test(clause)) return null;
	const exit = firstMatch(EXIT_CODE_CLAUSES, clause);
	if (exit) {
		const exitCodes = readExitCode(exit.code ?? '', textOf);
		return exitCodes && { kind: 'exit-code', exitCodes };
	}
	if (firstMatch(SUCCESS_CLAUSES, clause)) return { kind: 'exit-code', exitCodes: [0] };
	const stream = streamIn(clause);
	if (firstMatch(SILENCE_CLAUSES, clause)) return { kind: 'silence', stream };
	if (firstMatch(SOMETHING_CLAUSES, clause)) return { kind: 'something', stream };
	const contains = firstMatch(CONTAINS_CLAUSES, clause);
	if (contains?.list === undefined) return null;
	const tokens = [...contains.list.matchAll(TOKENS)].map(([, index]) => Number(index));
	return { kind: contains.only === undefined ? 'contains' : 'exactly', tokens, stream };
}

/**
 * Reads inline code that is itself talk of an exit code, such as `exit 0` or `exit code: 2`.
 *
 * @returns The exit codes that pass, or `null`.
 */
export function readExitCodeTalk(code: string): readonly number[] | null {
	if (!/exit|return/i.test(code)) return null;
	const found = firstMatch(EXIT_CODE_CLAUSES, normalizeZero(code.trim().toLowerCase()));
	return found ? readExitCode(found.code ?? '', () => '') : null;
}

/** Brings the ways to say "not zero" to one. */
export const normalizeZero = (text: string): string =>
	text.replace(
		/\bnon ?-?zero\b|\bnot (?:zero|0)\b(?!\.)|\bother than (?:zero|0)\b(?!\.)|(?:!=|≠|>) ?0\b(?!\.)/g,
		'non-zero',
	);

function readExitCode(written: string, textOf: (index: number) => string): readonly number[] | null {
	const index = TOKEN_ALONE.exec(written)?.[1];
	const text = index === undefined ? written : normalizeZero(textOf(Number(index)).trim().toLowerCase());
	if (text === 'non-zero') return NON_ZERO_EXIT_CODES;
	if (text === 'zero') return [0];
	return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? [Number(text)] : null;
}

const TOKEN_ALONE = new RegExp(`^${TOKENS.source}$`);

function streamIn(clause: string): NamedStream | null {
	const isNamed = (name: NamedStream): boolean => new RegExp(`\\b${name}\\b`).test(clause);
	if (isNamed('stdout')) return isNamed('stderr') ? null : 'stdout';
	return isNamed('stderr') ? 'stderr' : null;
}

/** A named group may stand in several patterns, but only once in each: so they stay apart. */
function anchored(...patterns: readonly string[]): readonly RegExp[] {
	return patterns.map((pattern) => new RegExp(`^(?:${pattern})$`));
}

function firstMatch(patterns: readonly RegExp[], clause: string): Partial<Record<string, string>> | null {
	for (const pattern of patterns) {
		const match = pattern.exec(clause);
		if (match) return match.groups ?? {};
	}
	return null;
}
