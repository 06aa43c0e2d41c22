import { stripAnsi } from '../core/strip-ansi.ts';
import { toRegExp } from '../core/text-pattern.ts';

type StreamName = 'stdout' | 'stderr';

/** An error pattern that was found. */
export interface PatternHit {
	/** As configured. */
	readonly pattern: string;
	/** The line it stands in, without colours, as far as it had arrived; at most 2,000 characters. */
	readonly line: string;
}

/** Looks for error patterns in a stream of chunks. */
export interface PatternScanner {
	/** @returns The first hit in this chunk, or `null`. */
	scan(stream: StreamName, text: string): PatternHit | null;
}

/** Longest part of an unfinished line that is carried over a chunk border. */
const CARRY_LIMIT = 4096;
const LINE_LIMIT = 2000;
const ESCAPE = '\u001b';
const UNFINISHED_ANSI = /^\u001b(?:\[[0-?]*[ -/]*)?$/;

/**
 * Creates a scanner. Patterns are found across chunk borders (within the last 4,096 characters of an unfinished line) and through
 * ANSI colours, each stream for itself.
 *
 * @param patterns - Literal texts, or `/…/flags`; none: the scanner never hits.
 * @param isAllowed - Asked for each hit; true means that the expectation itself demands this text.
 * @throws {SyntaxError} A `/…/` pattern is no regular expression.
 */
export function createPatternScanner(
	patterns: readonly string[],
	isAllowed: (line: string, pattern: string) => boolean,
): PatternScanner {
	if (patterns.length === 0) return { scan: () => null };
	const { compiled, any } = compile(patterns);
	const carried: Record<StreamName, string> = { stdout: '', stderr: '' };
	return {
		scan(stream, text) {
			const before = carried[stream];
			const lineEnd = text.indexOf('\n');
			const isOneLine = lineEnd === -1;
			const firstLine = before + (isOneLine ? text : text.slice(0, lineEnd));
			const isPlain = !text.includes(ESCAPE) && !before.includes(ESCAPE);
			// Nearly all output: looked through where it stands, without joining and copying it.
			if (isPlain && !any.test(firstLine) && (isOneLine || !any.test(text))) {
				carried[stream] = unfinishedLine(isOneLine ? firstLine : text);
				return null;
			}
			const seam = before + text;
			const held = unfinishedAnsi(seam);
			const plain = stripAnsi(seam.slice(0, seam.length - held.length));
			// An escape that begins nothing would begin something with what comes next.
			carried[stream] = unfinishedLine(plain).replaceAll(ESCAPE, '') + held;
			return any.test(plain) ? findHit(plain, compiled, isAllowed) : null;
		},
	};
}

/** The control sequence that the text ends in the middle of. */
function unfinishedAnsi(text: string): string {
	// Without any it is told at once; looking from the end would go through all of it, byte by byte.
	if (!text.includes(ESCAPE)) return '';
	const last = text.slice(text.lastIndexOf(ESCAPE));
	return UNFINISHED_ANSI.test(last) ? last : '';
}

function unfinishedLine(text: string): string {
	const end = text.slice(-CARRY_LIMIT);
	return end.slice(end.lastIndexOf('\n') + 1);
}

function findHit(
	plain: string,
	compiled: readonly CompiledPattern[],
	isAllowed: (line: string, pattern: string) => boolean,
): PatternHit | null {
	for (const line of plain.split('\n')) {
		for (const { pattern, regex } of compiled) {
			if (regex.test(line) && !isAllowed(line, pattern)) return { pattern, line: line.slice(0, LINE_LIMIT) };
		}
	}
	return null;
}

interface CompiledPattern {
	readonly pattern: string;
	readonly regex: RegExp;
}

interface CompiledPatterns {
	readonly compiled: readonly CompiledPattern[];
	/** One pass over a chunk decides the common case; only a hit pays for finding out which pattern it was. */
	readonly any: RegExp;
}

/** The steps of a run share one list. None of its expressions remembers where it was: their flags are `imsu`. */
const known = new WeakMap<readonly string[], CompiledPatterns>();

function compile(patterns: readonly string[]): CompiledPatterns {
	const before = known.get(patterns);
	if (before !== undefined) return before;
	const compiled = patterns.map((pattern) => ({ pattern, regex: toRegExp(pattern) }));
	// The union finds at least what each pattern finds; findHit then decides line by line with the pattern's own flags.
	const flags = new Set(`m${compiled.map(({ regex }) => regex.flags).join('')}`);
	const any = new RegExp(compiled.map(({ regex }) => `(?:${regex.source})`).join('|'), [...flags].join(''));
	known.set(patterns, { compiled, any });
	return { compiled, any };
}
