import type { Span } from './places.ts';

/** Overrides how an expectation is compared (directive `Match`). */
export type MatchMode = 'exact' | 'contains' | 'lines' | 'unordered' | 'regex' | 'json';

/** Which output an expectation speaks of. */
export type StreamChoice = 'stdout' | 'stderr' | 'combined';

/** One piece of an expectation as it stands in the prompt, in document order. */
export type ExpectationPart =
	/** A code fence; `language` is the first word of its info string in lower case, or `null`. `text` has no final newline of the fence. */
	(
		| { readonly kind: 'fence'; readonly language: string | null; readonly text: string; readonly span: Span }
		/** Inline code, without its backticks. */
		| { readonly kind: 'code'; readonly text: string; readonly span: Span }
		/** Prose between the other parts, inline marks removed, white space folded to single blanks, trimmed. */
		| { readonly kind: 'prose'; readonly text: string; readonly span: Span }
	) & {
		/** Begins a list item, a cell or a block: no sentence reaches over it. Absent on the first part, and where nothing stands before. */
		readonly isApart?: true;
	};

/** What a step expects, as written; `src/expect` turns it into matchers. */
export interface ExpectationSource {
	readonly parts: readonly ExpectationPart[];
	/** From the step's or the prompt's `Match` directive. */
	readonly match?: MatchMode;
	/** Default `combined`. */
	readonly stream: StreamChoice;
	/** Exit codes that pass, from the `Exit Code` directive; absent means: what the expectation's prose says, else 0. */
	readonly exitCodes?: readonly number[];
}
