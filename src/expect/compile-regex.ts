import { canBacktrackForever } from './regex-danger.ts';

/** A regular expression ready to use, or why there is none. */
export type CompiledRegex =
	| { readonly regex: RegExp; readonly problem: null }
	| { readonly regex: null; readonly problem: RegexProblem };

/** What is wrong with a regular expression as written. */
export interface RegexProblem {
	readonly ruleId: 'bad-regex' | 'slow-regex';
	/** One sentence, capital first, no final period. */
	readonly message: string;
	readonly advice: string;
}

/**
 * Compiles a regular expression of JavaScript's syntax.
 *
 * @param flags - Of `dgimsuvy`; `g` and `y` mean nothing to a yes-or-no question and are dropped.
 */
export function compileRegex(source: string, flags = ''): CompiledRegex {
	try {
		const regex = new RegExp(source, flags.replace(/[gyd]/g, ''));
		return canBacktrackForever(source) ? { regex: null, problem: SLOW } : { regex, problem: null };
	} catch (error) {
		const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
		return {
			regex: null,
			problem: {
				ruleId: 'bad-regex',
				message: `Not a regular expression: ${reason}`,
				advice: 'Correct the pattern; a literal bracket, brace or plus needs a backslash',
			},
		};
	}
}

const SLOW: RegexProblem = {
	ruleId: 'slow-regex',
	message: 'A repetition directly inside a repetition can take for ever on output that almost matches',
	advice: 'Drop one of the two repetitions, or put a fixed character between the rounds',
};

/** Source and flags of a text such as `/^ok \d+$/m`. */
export interface WrittenRegex {
	readonly source: string;
	readonly flags: string;
}

/**
 * Reads the short form of a regular expression.
 *
 * @returns `null` when the text is something else: a path such as `/usr/bin/` has bare slashes inside and nothing that only a
 *   pattern would have.
 */
export function parseWrittenRegex(text: string): WrittenRegex | null {
	const match = /^\/(.+)\/([dgimsuvy]*)$/s.exec(text);
	if (match?.[1] === undefined || match[2] === undefined) return null;
	const source = match[1];
	const hasBareSlash = /(?<!\\)(?:\\\\)*\//.test(source);
	if (hasBareSlash && !/[\\^$*+?()[\]{}|]/.test(source)) return null;
	return { source, flags: match[2] };
}

/**
 * Tests as grep and Perl do: `$` also matches before the newline that ends the text.
 */
export const testRegex = (regex: RegExp, text: string): boolean =>
	regex.test(text) || (text.endsWith('\n') && regex.test(text.slice(0, -1)));
