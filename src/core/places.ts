/** A point in a text. `line` and `column` count from 1, `offset` from 0, all in UTF-16 code units; a BOM counts. */
export interface Point {
	readonly line: number;
	readonly column: number;
	readonly offset: number;
}

/** A stretch of a text: `start` inclusive, `end` exclusive. */
export interface Span {
	readonly start: Point;
	readonly end: Point;
}

/** What is wrong with a document: data, never thrown, all of them at once. */
export interface Diagnostic {
	/** Stable kebab-case rule, documented under the same name in `docs/lint.md`. */
	readonly ruleId: string;
	/** `error`: the thing cannot run or count. `warning`: it runs, with less worth than it seems. `info`: a hint. */
	readonly severity: 'error' | 'warning' | 'info';
	/** What is wrong, capital first, no final period. */
	readonly message: string;
	/** The way out, as one imperative sentence. */
	readonly advice?: string;
	readonly span: Span;
}
