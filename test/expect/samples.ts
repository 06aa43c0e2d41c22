import type { ExpectationPart, ExpectationSource } from '../../src/core/expectations.ts';
import type { Span } from '../../src/core/places.ts';
import { compileExpectation, type Expectation } from '../../src/expect/compile-expectation.ts';
import { judge } from '../../src/expect/judge.ts';
import type { Observed, Verdict } from '../../src/expect/verdict.ts';

const point = { line: 7, column: 3, offset: 90 };

/** A place that says nothing. */
export const span: Span = { start: point, end: point };

/** Compiles prose with inline code in backticks. */
export function words(text: string, more: Partial<ExpectationSource> = {}): Expectation {
	const parts = text.split(/(`[^`]+`)/).map((piece): ExpectationPart => {
		if (piece.startsWith('`')) return { kind: 'code', text: piece.slice(1, -1), span };
		return { kind: 'prose', text: piece.trim(), span };
	});
	return compileExpectation({ stream: 'combined', parts: parts.filter((part) => part.text !== ''), ...more });
}

/** Compiles one fence. */
export const fence = (
	text: string,
	language: string | null = 'text',
	more: Partial<ExpectationSource> = {},
): Expectation => compileExpectation({ stream: 'combined', parts: [{ kind: 'fence', language, text, span }], ...more });

/** An execution that exited with 0. */
export const printed = (stdout: string, stderr = ''): Observed => ({
	output: { combined: stdout + stderr, stdout, stderr, isCut: false },
	exitCode: 0,
	signal: null,
});

/** An execution of whose standard output only head and tail were kept. */
export const printedCut = (head: string, tail: string): Observed => ({
	output: {
		combined: head + tail,
		stdout: head + tail,
		stderr: '',
		isCut: true,
		cutAt: { combined: head.length, stdout: head.length, stderr: null },
	},
	exitCode: 0,
	signal: null,
});

/** Judges standard output against a text fence. */
export const judgeText = (text: string, output: string): Promise<Verdict> => judge(fence(text), printed(output));

/** Whether standard output is as a text fence demands. */
export const isText = async (text: string, output: string): Promise<boolean> => (await judgeText(text, output)).isMatch;
