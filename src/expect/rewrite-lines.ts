import { type LineRule, parseLineRules } from './line-rule.ts';
import { takes } from './match-lines.ts';
import { isEnded, type ObservedLines, splitLines } from './observed-lines.ts';
import { type EscapeLevel, writeLiteral } from './write-literal.ts';

/** Rules × lines that are aligned; beyond it only what is alike at both ends is kept. */
const MOST_CELLS = 4_000_000;

/**
 * Writes the text of an expectation anew so that it matches an output: rules that still match stay as written, lines that no rule takes
 * take the place of the rules that found none.
 *
 * @param expected - The text as it stands, with rules; broken ones are not kept.
 * @param output - All of it.
 * @returns Lines parted by `\n`, without a final one.
 */
export function rewriteLines(expected: string, output: string, level: EscapeLevel = 'needed'): string {
	const { rules, problems } = parseLineRules(expected);
	const broken = new Set(problems.map(({ lineNumber }) => lineNumber));
	const lines = splitLines(output);
	const kept = expected === '' ? [] : rules.filter(({ lineNumber }) => !broken.has(lineNumber));
	return new Rewriting(kept, lines, level).write().join('\n');
}

/**
 * Writes the lines of an expectation in any order anew, as {@link rewriteLines} does: each rule that takes a line stays.
 */
export function rewriteUnordered(expected: string, output: string, level: EscapeLevel = 'needed'): string {
	const { rules, problems } = parseLineRules(expected);
	const broken = new Set(problems.map(({ lineNumber }) => lineNumber));
	const lines = splitLines(output);
	const open = new Set(lines.texts.keys());
	// What is exact chooses first, so that a wildcard does not take its line.
	const byKind = [...rules].sort((a, b) => Number(a.kind !== 'literal') - Number(b.kind !== 'literal'));
	const kept = new Set<LineRule>();
	for (const rule of byKind) {
		if (broken.has(rule.lineNumber) || expected === '') continue;
		const taken = [...open].filter((index) => takes(rule, lines, index)).slice(0, rule.max);
		for (const index of taken) open.delete(index);
		if (taken.length >= rule.min) kept.add(rule);
	}
	return [
		...rules.filter((rule) => kept.has(rule)).map(({ source }) => source),
		...[...open].map((index) => literalAt(lines, index, level)),
	].join('\n');
}

const literalAt = (lines: ObservedLines, index: number, level: EscapeLevel): string =>
	writeLiteral(lines.texts[index] ?? '', isEnded(lines, index), level);

/** `tail` of `x+`: the repetition after its first line. */
interface Piece {
	readonly rule: LineRule;
	readonly isTail: boolean;
	readonly isOptional: boolean;
	readonly isRepeated: boolean;
}

/** `replace`: a line takes the place of a rule. `leave`: an optional rule takes nothing (more). `repeat`: it takes a line and stays. */
type Move = 'pair' | 'replace' | 'leave' | 'repeat' | 'missing' | 'surplus';

const toPieces = (rule: LineRule): Piece[] => {
	const isRepeated = rule.max > 1;
	const last: Piece = { rule, isTail: false, isOptional: rule.min === 0, isRepeated };
	return rule.min === 1 && isRepeated
		? [
				{ ...last, isRepeated: false },
				{ ...last, isTail: true, isOptional: true },
			]
		: [last];
};

/** The classic table of edit costs; a rule that is given up and a line that is written anew cost the same. */
class Rewriting {
	readonly #pieces: readonly Piece[];
	readonly #lines: ObservedLines;
	readonly #level: EscapeLevel;
	/** Lines and pieces before these are paired one by one. */
	readonly #start: number;
	readonly #costs: readonly Int32Array[];

	constructor(rules: readonly LineRule[], lines: ObservedLines, level: EscapeLevel) {
		const start = countPrefix(rules, lines);
		const rest = rules.slice(start);
		const isTooMuch = (rest.length + 1) * (lines.texts.length - start + 1) > MOST_CELLS;
		this.#pieces = [...rules.slice(0, start).flatMap(toPieces), ...(isTooMuch ? [] : rest).flatMap(toPieces)];
		this.#lines = lines;
		this.#level = level;
		this.#start = start;
		const width = lines.texts.length - start + 1;
		this.#costs = this.#pieces.slice(start).map(() => new Int32Array(width));
		for (let piece = this.#pieces.length - 1; piece >= start; piece -= 1) {
			const row = this.#costs[piece - start];
			for (let line = lines.texts.length; row && line >= start; line -= 1) {
				row[line - start] = this.#cheapest(piece, line).cost;
			}
		}
	}

	write(): string[] {
		const written = this.#pieces.slice(0, this.#start).map(({ rule }) => rule.source);
		let [piece, line] = [this.#start, this.#start];
		/** Whether the rule of this piece stands there since the last line that was written anew, and whether it stands there at all. */
		let [isOpen, isWritten] = [false, false];
		while (piece < this.#pieces.length || line < this.#lines.texts.length) {
			const { move } = this.#cheapest(piece, line);
			const current = this.#pieces[piece];
			if (move === 'surplus' || move === 'replace') {
				written.push(literalAt(this.#lines, line, this.#level));
				isOpen = false;
			}
			const isUsed = move === 'pair' || move === 'repeat';
			// A rule that repeats is written once for all lines that it takes in a row; one that needs no line stays as well.
			const isKept = isUsed ? !isOpen : move === 'leave' && !isWritten && current?.isTail === false;
			if (current && isKept) written.push(current.rule.source);
			if (isUsed || isKept) [isOpen, isWritten] = [true, true];
			if (move !== 'surplus' && move !== 'repeat') {
				piece += 1;
				if (this.#pieces[piece]?.isTail !== true) [isOpen, isWritten] = [false, false];
			}
			if (move === 'pair' || move === 'replace' || move === 'repeat' || move === 'surplus') line += 1;
		}
		return written;
	}

	#costAt(piece: number, line: number): number {
		return this.#costs[piece - this.#start]?.[line - this.#start] ?? this.#lines.texts.length - line;
	}

	/** Of equal costs the first: a rule that stays comes before one that goes, and a line of its own before one that `...` swallows. */
	#cheapest(index: number, line: number): { cost: number; move: Move } {
		const piece = this.#pieces[index];
		const hasLine = line < this.#lines.texts.length;
		if (!piece) return { cost: this.#lines.texts.length - line, move: 'surplus' };
		const isTaken = hasLine && takes(piece.rule, this.#lines, line);
		let best: { cost: number; move: Move } = { cost: Number.POSITIVE_INFINITY, move: 'missing' };
		const offer = (move: Move, cost: number): void => {
			if (cost < best.cost) best = { cost, move };
		};
		if (isTaken && !piece.isRepeated) offer('pair', this.#costAt(index + 1, line + 1));
		if (piece.isOptional) offer('leave', this.#costAt(index + 1, line));
		if (isTaken && piece.isRepeated) offer('repeat', this.#costAt(index, line + 1));
		if (!piece.isOptional && hasLine) offer('replace', this.#costAt(index + 1, line + 1) + 1);
		if (!piece.isOptional) offer('missing', this.#costAt(index + 1, line) + 1);
		// Nothing may come between the first line of `x+` and the others: they are one rule.
		if (hasLine && !piece.isTail) offer('surplus', this.#costAt(index, line + 1) + 1);
		return best;
	}
}

/** Rules at the beginning that take exactly the line in their place: most of a long output. */
function countPrefix(rules: readonly LineRule[], lines: ObservedLines): number {
	let count = 0;
	for (; count < rules.length && count < lines.texts.length; count += 1) {
		const rule = rules[count];
		if (rule?.min !== 1 || rule.max !== 1 || !takes(rule, lines, count)) return count;
	}
	return count;
}
