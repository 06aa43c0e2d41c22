import { clip } from './clip.ts';
import type { LineRule } from './line-rule.ts';
import { type Parting, takes } from './match-lines.ts';
import type { ObservedLines } from './observed-lines.ts';
import type { DiffLine } from './verdict.ts';

/** Lines and rules that are aligned after the parting; bounds the work to their product. */
const WINDOW = 96;

/** Equal lines that are shown on either side of a difference. */
const CONTEXT = 3;

/**
 * Aligns output and rules around the place where they part, with as few missing and surplus lines as can be. Rules take lines as
 * they do in a match: a glob pairs with what it matches, an elision with any number of lines.
 *
 * @returns At most 200 lines: the differences from the parting on, each with up to three equal lines around it.
 */
export function alignLines(rules: readonly LineRule[], lines: ObservedLines, parting: Parting): DiffLine[] {
	const before = parting.before.map(({ rule, line }) => sameLine(rules[rule], lines.texts[line], line));
	const restRules = rules.slice(parting.rule, parting.rule + WINDOW).flatMap(splitRepeated);
	const isOpenEnded = parting.rule + WINDOW < rules.length || parting.line + WINDOW < lines.texts.length;
	const restLines: ObservedLines = {
		texts: lines.texts.slice(parting.line, parting.line + WINDOW),
		isLastEnded: lines.isLastEnded || parting.line + WINDOW < lines.texts.length,
	};
	return keepContext([...before, ...new Alignment(restRules, restLines, parting.line, isOpenEnded).trace()]);
}

/** `x+` is `x` and then `x*`. */
const splitRepeated = (rule: LineRule): LineRule[] =>
	rule.min === 1 && rule.max > 1
		? [
				{ ...rule, max: 1 },
				{ ...rule, min: 0 },
			]
		: [rule];

const keepContext = (diff: readonly DiffLine[]): DiffLine[] =>
	diff.filter((_, index) =>
		diff.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ kind }) => kind !== 'same'),
	);

/** The classic table of edit costs, with rules instead of letters. */
class Alignment {
	readonly #rules: readonly LineRule[];
	readonly #lines: ObservedLines;
	readonly #lineCount: number;
	readonly #offset: number;
	readonly #isOpenEnded: boolean;
	/** `costs[rule][line]`: missing and surplus lines from there to the end. */
	readonly #costs: readonly Int32Array[];

	constructor(rules: readonly LineRule[], lines: ObservedLines, offset: number, isOpenEnded: boolean) {
		this.#rules = rules;
		this.#lines = lines;
		this.#lineCount = lines.texts.length;
		this.#offset = offset;
		this.#isOpenEnded = isOpenEnded;
		this.#costs = rules.map(() => new Int32Array(this.#lineCount + 1));
		for (let rule = rules.length - 1; rule >= 0; rule -= 1) {
			const row = this.#costs[rule];
			for (let line = this.#lineCount; row && line >= 0; line -= 1) row[line] = this.#cheapest(rule, line).cost;
		}
	}

	trace(): DiffLine[] {
		const diff: DiffLine[] = [];
		let [rule, line] = [0, 0];
		while (rule < this.#rules.length || line < this.#lineCount) {
			if (this.#isPastWindow(rule, line)) break;
			const { move } = this.#cheapest(rule, line);
			const shown = this.#show(move, rule, line);
			if (shown) diff.push(shown);
			if (move === 'pair' || move === 'missing' || move === 'leave') rule += 1;
			if (move === 'pair' || move === 'repeat' || move === 'surplus') line += 1;
		}
		return diff;
	}

	/** What follows the window is unknown, so what is left of the other side is neither missing nor surplus. */
	#isPastWindow(rule: number, line: number): boolean {
		return this.#isOpenEnded && (rule === this.#rules.length || line === this.#lineCount);
	}

	#costAt(rule: number, line: number): number {
		if (this.#isPastWindow(rule, line)) return 0;
		return this.#costs[rule]?.[line] ?? this.#lineCount - line;
	}

	/** Of equal costs the first: pairs before gaps, and a missing line before the surplus one that stands in its place. */
	#cheapest(ruleIndex: number, lineIndex: number): { cost: number; move: Move } {
		const rule = this.#rules[ruleIndex];
		const hasLine = lineIndex < this.#lineCount;
		if (!rule) return { cost: this.#lineCount - lineIndex, move: 'surplus' };
		const isTaken = hasLine && takes(rule, this.#lines, lineIndex);
		const options: { cost: number; move: Move }[] = [];
		if (isTaken && rule.max === 1) options.push({ cost: this.#costAt(ruleIndex + 1, lineIndex + 1), move: 'pair' });
		if (isTaken && rule.max > 1) options.push({ cost: this.#costAt(ruleIndex, lineIndex + 1), move: 'repeat' });
		if (rule.min === 0) options.push({ cost: this.#costAt(ruleIndex + 1, lineIndex), move: 'leave' });
		else options.push({ cost: this.#costAt(ruleIndex + 1, lineIndex) + 1, move: 'missing' });
		if (hasLine) options.push({ cost: this.#costAt(ruleIndex, lineIndex + 1) + 1, move: 'surplus' });
		return options.reduce((best, option) => (option.cost < best.cost ? option : best));
	}

	#show(move: Move, ruleIndex: number, lineIndex: number): DiffLine | null {
		const rule = this.#rules[ruleIndex];
		const text = this.#lines.texts[lineIndex];
		const actualLine = this.#offset + lineIndex + 1;
		if (move === 'leave') return null;
		if (move === 'missing' && rule) {
			return { kind: 'missing', actualLine: null, expectedLine: rule.lineNumber, text: clip(rule.source) };
		}
		if (move === 'surplus') return { kind: 'surplus', actualLine, expectedLine: null, text: clip(text ?? '') };
		return sameLine(rule, text, actualLine - 1);
	}
}

/** `leave`: an optional rule takes nothing (more). `repeat`: a rule takes a line and stays. */
type Move = 'pair' | 'repeat' | 'leave' | 'missing' | 'surplus';

const sameLine = (rule: LineRule | undefined, text: string | undefined, index: number): DiffLine => ({
	kind: 'same',
	actualLine: index + 1,
	expectedLine: rule?.lineNumber ?? null,
	text: clip(text ?? ''),
});
