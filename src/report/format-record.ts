import type { PromptResult } from '../core/events.ts';
import type { RunRecord } from './run-record.ts';

/** Steps of a piece: some 70 kB when they pass. V8 gives longer texts pages of their own, whose making costs as much as their filling. */
const PIECE_STEPS = 16;

/**
 * Writes a record as `run.json` holds it, piece by piece: that of 20,000 steps has 90 MB, which nobody needs at once.
 *
 * @returns Pieces that join to `JSON.stringify(record, null, '\t')` and a final newline; no character is cut in two.
 */
export function* formatRecord(record: RunRecord): Generator<string> {
	const frame = stringifyMembers([{ ...record, prompts: [] }], 0);
	yield* fillList(frame, { key: 'prompts', depth: 1 }, mapLazily(record.prompts, formatPrompt));
	yield '\n';
}

function* formatPrompt(prompt: PromptResult): Generator<string> {
	const frame = stringifyMembers([{ ...prompt, steps: [] }], 2);
	yield* fillList(frame, { key: 'steps', depth: 3 }, mapLazily(slices(prompt.steps), formatSteps));
}

function* formatSteps(steps: PromptResult['steps']): Generator<string> {
	yield stringifyMembers(steps, 4);
}

/** Puts members into an empty list: line feeds stand between the texts of JSON only, never in them, so its place can't be mistaken. */
function* fillList(
	frame: string,
	{ key, depth }: { readonly key: string; readonly depth: number },
	members: Iterable<Iterable<string>>,
): Generator<string> {
	const line = `\n${'\t'.repeat(depth)}`;
	const start = `${line}"${key}": [`;
	const at = frame.indexOf(start) + start.length;
	yield frame.slice(0, at);
	let isEmpty = true;
	for (const member of members) {
		yield isEmpty ? `${line}\t` : `,${line}\t`;
		yield* member;
		isEmpty = false;
	}
	yield isEmpty ? frame.slice(at) : line + frame.slice(at);
}

/** Writes values as they stand in a document of tabs, so many levels deep, with what parts them but not what is around them. */
function stringifyMembers(values: readonly unknown[], depth: number): string {
	let nested: unknown = depth === 0 ? values[0] : values;
	let [before, after] = [0, 0];
	for (let level = 1; level <= depth; level += 1) {
		if (level > 1) nested = [nested];
		before += 2 + level;
		after += 1 + level;
	}
	const text = JSON.stringify(nested, null, '\t');
	return text.slice(before, text.length - after);
}

function* slices<T>(values: readonly T[]): Generator<readonly T[]> {
	for (let start = 0; start < values.length; start += PIECE_STEPS) yield values.slice(start, start + PIECE_STEPS);
}

function* mapLazily<T, U>(values: Iterable<T>, map: (value: T) => U): Generator<U> {
	for (const value of values) yield map(value);
}
