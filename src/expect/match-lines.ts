import type { LineRule } from './line-rule.ts';
import { isEnded, type ObservedLines } from './observed-lines.ts';

/** An output line that a rule took. */
export interface Pairing {
	/** Index of the rule. */
	readonly rule: number;
	/** Index of the output line. */
	readonly line: number;
}

/** Where lines and rules part: as far into the rules as any reading of them gets, and there as late as possible. */
export interface Parting {
	/** Index of the rule that found no line; the number of rules when the output goes on after all of them. */
	readonly rule: number;
	/** Index of the first line that no rule took; the number of lines when the output ended. */
	readonly line: number;
	/** The last pairs before, at most three, in order. */
	readonly before: readonly Pairing[];
}

/** What {@link matchLines} found; undecided only when lines are missing. */
export type LinesMatch =
	| { readonly result: 'match' | 'undecided' }
	| { readonly result: 'mismatch'; readonly parting: Parting };

/** Tells whether a rule takes a line, its end included. */
export function takes(rule: LineRule, lines: ObservedLines, index: number): boolean {
	if (rule.kind === 'elision') return true;
	const text = lines.texts[index] ?? '';
	// cram: a line that prints the rule itself matches it too, (no-eol) and all.
	if (isEnded(lines, index)) return rule.hasNoEol ? text === rule.source : rule.matches(text);
	return rule.hasNoEol && rule.matches(text);
}

/**
 * Matches all lines of an output against all rules, as a regular expression over lines would. All readings are followed side by
 * side, so the cost is at most lines × rules, and close to the number of lines when few rules can take more than one.
 *
 * @param cut - Index before which lines are missing; `null`: none. Only an elision can stand for what nobody has seen.
 */
export function matchLines(rules: readonly LineRule[], lines: ObservedLines, cut: number | null = null): LinesMatch {
	const states = rules.flatMap(toStates);
	const readings = new Readings(states);
	const count = lines.texts.length;
	for (let index = 0; index < count && !readings.isDead; index += 1) {
		if (index === cut) readings.skipUnseen();
		readings.step(lines, index);
	}
	if (cut === count) readings.skipUnseen();
	if (readings.isComplete) return { result: 'match' };
	if (cut !== null && readings.deadLine >= cut) return { result: 'undecided' };
	const { furthestState: state, furthestLine: line } = readings;
	const before = pairsBefore(states, lines, { state, line });
	return { result: 'mismatch', parting: { rule: states[state]?.ruleIndex ?? rules.length, line, before } };
}

/** A state of the automaton: `x+` is two of them, `x` and `x*`. */
interface State {
	readonly rule: LineRule;
	readonly ruleIndex: number;
	readonly isOptional: boolean;
	readonly isRepeated: boolean;
}

function toStates(rule: LineRule, ruleIndex: number): State[] {
	const isRepeated = rule.max > 1;
	const last: State = { rule, ruleIndex, isOptional: rule.min === 0 || isRepeated, isRepeated };
	return rule.min === 1 && isRepeated ? [{ ...last, isOptional: false, isRepeated: false }, last] : [last];
}

/**
 * The readings that are open after some lines, each by the state that may take the next line; the number of states stands for the end.
 * The states are in rising order. Nothing is allocated for a line: outputs of a million lines are read this way.
 */
class Readings {
	readonly #states: readonly State[];
	#open: Int32Array;
	#next: Int32Array;
	#openCount = 0;
	#nextCount = 0;
	/** Step at which a state was last added: a set that needs no clearing. */
	readonly #addedAt: Int32Array;
	#stepCount = 0;
	#lineCount = 0;
	furthestState = 0;
	furthestLine = 0;
	/** Index of the line that no reading could take. */
	deadLine = Number.POSITIVE_INFINITY;

	constructor(states: readonly State[]) {
		this.#states = states;
		this.#open = new Int32Array(states.length + 1);
		this.#next = new Int32Array(states.length + 1);
		this.#addedAt = new Int32Array(states.length + 1).fill(-1);
		this.#add(0);
		this.#finishStep();
	}

	get isDead(): boolean {
		return this.#openCount === 0;
	}

	get isComplete(): boolean {
		return this.#last === this.#states.length;
	}

	get open(): readonly number[] {
		return [...this.#open.subarray(0, this.#openCount)];
	}

	get #last(): number {
		return this.#openCount === 0 ? -1 : (this.#open[this.#openCount - 1] ?? -1);
	}

	step(lines: ObservedLines, index: number): void {
		for (let at = 0; at < this.#openCount; at += 1) {
			const open = this.#open[at] ?? 0;
			const state = this.#states[open];
			if (state && takes(state.rule, lines, index)) this.#add(state.isRepeated ? open : open + 1);
		}
		if (this.#nextCount === 0) this.deadLine = index;
		this.#lineCount = index + 1;
		this.#finishStep();
	}

	/** Lines are missing here: only readings go on that are inside an elision. */
	skipUnseen(): void {
		for (const open of this.open) if (this.#states[open]?.rule.kind === 'elision') this.#add(open);
		this.#finishStep();
	}

	/** Adds a state and all that {@link reach} finds from there, written out: this runs for each line. */
	#add(first: number): void {
		for (let state = first; this.#addedAt[state] !== this.#stepCount; state += 1) {
			this.#addedAt[state] = this.#stepCount;
			this.#next[this.#nextCount] = state;
			this.#nextCount += 1;
			if (this.#states[state]?.isOptional !== true) return;
		}
	}

	#finishStep(): void {
		[this.#open, this.#next] = [this.#next, this.#open];
		[this.#openCount, this.#nextCount] = [this.#nextCount, 0];
		this.#stepCount += 1;
		if (this.#last < this.furthestState) return;
		this.furthestState = this.#last;
		this.furthestLine = this.#lineCount;
	}
}

/** A state and all that are open with it because what stands between may be left out. */
function* reach(states: readonly State[], first: number): Generator<number> {
	let state = first;
	yield state;
	while (states[state]?.isOptional) {
		state += 1;
		yield state;
	}
}

const CONTEXT = 3;

/** Reads the beginning once more, this time keeping the way of each reading through the last lines. */
function pairsBefore(
	states: readonly State[],
	lines: ObservedLines,
	end: { readonly state: number; readonly line: number },
): readonly Pairing[] {
	const readings = new Readings(states);
	const first = Math.max(0, end.line - CONTEXT);
	for (let index = 0; index < first; index += 1) readings.step(lines, index);
	let ways = new Map<number, readonly Pairing[]>(readings.open.map((open) => [open, []]));
	for (let line = first; line < end.line; line += 1) {
		const next = new Map<number, readonly Pairing[]>();
		for (const [open, pairs] of ways) {
			const state = states[open];
			if (!state || !takes(state.rule, lines, line)) continue;
			const way = [...pairs, { rule: state.ruleIndex, line }];
			for (const reached of reach(states, state.isRepeated ? open : open + 1)) {
				if (!next.has(reached)) next.set(reached, way);
			}
		}
		ways = next;
	}
	return ways.get(end.state) ?? [];
}
