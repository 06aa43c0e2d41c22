import type { LineRule } from './line-rule.ts';
import type { ObservedLine } from './observed-lines.ts';

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
export const takes = (rule: LineRule, line: ObservedLine): boolean =>
	rule.kind === 'elision' ||
	(rule.hasNoEol === !line.hasEol && rule.matches(line.text)) ||
	(line.hasEol && line.text === rule.source);

/**
 * Matches all lines of an output against all rules, as a regular expression over lines would. All readings are followed side by
 * side, so the cost is at most lines × rules, and close to the number of lines when few rules can take more than one.
 *
 * @param cut - Index before which lines are missing; `null`: none. Only an elision can stand for what nobody has seen.
 */
export function matchLines(
	rules: readonly LineRule[],
	lines: readonly ObservedLine[],
	cut: number | null = null,
): LinesMatch {
	const readings = new Readings(rules);
	for (const [index, line] of lines.entries()) {
		if (index === cut) readings.skipUnseen();
		readings.step(line);
		if (readings.deadLine === index) break;
	}
	if (cut === lines.length) readings.skipUnseen();
	if (readings.isComplete) return { result: 'match' };
	if (cut !== null && readings.deadLine >= cut) return { result: 'undecided' };
	return { result: 'mismatch', parting: readings.parting };
}

/** A state of the automaton: `x+` is two of them, `x` and `x*`. */
interface State {
	readonly rule: LineRule;
	readonly ruleIndex: number;
	readonly isOptional: boolean;
	readonly isRepeated: boolean;
}

/** The readings that are open after some lines. Parallel arrays: one object a state would cost more than the match itself. */
interface Layer {
	/** How many lines were read. */
	readonly lineCount: number;
	/** States that may take the next line, in rising order; the number of states stands for the end. */
	readonly open: number[];
	/** Of each open state, the state that took the last line, as index into the layer before; -1 at the start. */
	readonly from: number[];
	previous: Layer | null;
}

const CONTEXT = 3;

class Readings {
	readonly #states: readonly State[];
	readonly #ruleCount: number;
	/** Number of the layer that a state was last added to: a set that needs no clearing. */
	readonly #addedTo: Int32Array;
	#layerNumber = 0;
	#layer: Layer;
	#furthest: Parting & { readonly state: number };
	/** Index of the line that no reading could take. */
	deadLine = Number.POSITIVE_INFINITY;

	constructor(rules: readonly LineRule[]) {
		this.#states = rules.flatMap((rule, ruleIndex) => toStates(rule, ruleIndex));
		this.#ruleCount = rules.length;
		this.#addedTo = new Int32Array(this.#states.length + 1).fill(-1);
		this.#layer = { lineCount: 0, open: [], from: [], previous: null };
		this.#add(this.#layer, 0, -1);
		this.#furthest = this.#partingAt(this.#layer);
	}

	get isComplete(): boolean {
		return this.#layer.open.at(-1) === this.#states.length;
	}

	get parting(): Parting {
		return this.#furthest;
	}

	step(line: ObservedLine): void {
		const before = this.#layer;
		const after: Layer = { lineCount: before.lineCount + 1, open: [], from: [], previous: before };
		this.#layerNumber += 1;
		for (const [index, open] of before.open.entries()) {
			const state = this.#states[open];
			if (state && takes(state.rule, line)) this.#add(after, state.isRepeated ? open : open + 1, index);
		}
		if (after.open.length === 0) this.deadLine = before.lineCount;
		this.#enter(after);
	}

	/** Lines are missing here: only readings go on that are inside an elision. */
	skipUnseen(): void {
		const { lineCount, open } = this.#layer;
		const after: Layer = { lineCount, open: [], from: [], previous: null };
		this.#layerNumber += 1;
		for (const state of open) {
			if (this.#states[state]?.rule.kind === 'elision') this.#add(after, state, -1);
		}
		this.#enter(after);
	}

	/** Adds a state and all that are open with it because what stands between may be left out. */
	#add(layer: Layer, first: number, from: number): void {
		for (let state = first; this.#addedTo[state] !== this.#layerNumber && state <= this.#states.length; state += 1) {
			this.#addedTo[state] = this.#layerNumber;
			layer.open.push(state);
			layer.from.push(from);
			if (!this.#states[state]?.isOptional) return;
		}
	}

	#enter(layer: Layer): void {
		this.#layer = layer;
		// Older layers are let go, so that memory does not grow with the output.
		let last = layer;
		for (let depth = 0; depth < CONTEXT && last.previous; depth += 1) last = last.previous;
		last.previous = null;
		if ((layer.open.at(-1) ?? -1) >= this.#furthest.state) this.#furthest = this.#partingAt(layer);
	}

	#partingAt(layer: Layer): Parting & { readonly state: number } {
		const state = layer.open.at(-1) ?? 0;
		const rule = this.#states[state]?.ruleIndex ?? this.#ruleCount;
		return { state, rule, line: layer.lineCount, before: this.#pairsBefore(layer) };
	}

	#pairsBefore(end: Layer): Pairing[] {
		const pairs: Pairing[] = [];
		let layer = end;
		let index = layer.open.length - 1;
		while (layer.previous) {
			const from = layer.from[index] ?? -1;
			const state = this.#states[layer.previous.open[from] ?? -1];
			if (!state) break;
			pairs.unshift({ rule: state.ruleIndex, line: layer.lineCount - 1 });
			layer = layer.previous;
			index = from;
		}
		return pairs;
	}
}

function toStates(rule: LineRule, ruleIndex: number): State[] {
	const isRepeated = rule.max > 1;
	const last: State = { rule, ruleIndex, isOptional: rule.min === 0 || isRepeated, isRepeated };
	return rule.min === 1 && isRepeated ? [{ ...last, isOptional: false, isRepeated: false }, last] : [last];
}
