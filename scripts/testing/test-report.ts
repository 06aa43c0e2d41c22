/** What the runner learns of a test file, one JSON object a line; the text that uvu prints is for people only. */
export type TestReport =
	| { readonly type: 'planned'; readonly suite: string; readonly tests: number }
	| { readonly type: 'passed' | 'failed' | 'skipped'; readonly title: string }
	| { readonly type: 'broken'; readonly what: string };
