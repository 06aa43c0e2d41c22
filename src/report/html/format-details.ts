import type { PromptDetail, StepDetail } from './report-data.ts';

/** Steps of a piece, some 50 kB when they pass; see `formatRecord`. */
const PIECE_STEPS = 16;

/**
 * Writes a chunk of details as JSON, piece by piece.
 *
 * @returns Pieces that join to a list of details; no character is cut in two.
 */
export function* formatDetails(details: readonly PromptDetail[]): Generator<string> {
	let before = '[';
	for (const { steps, ...prompt } of details) {
		yield `${before}${JSON.stringify(prompt).slice(0, -1)},"steps":`;
		yield* formatSteps(steps);
		before = '},';
	}
	yield details.length === 0 ? '[]' : '}]';
}

function* formatSteps(steps: readonly StepDetail[]): Generator<string> {
	let before = '[';
	for (let start = 0; start < steps.length; start += PIECE_STEPS) {
		yield before;
		yield JSON.stringify(steps.slice(start, start + PIECE_STEPS)).slice(1, -1);
		before = ',';
	}
	yield steps.length === 0 ? '[]' : ']';
}
