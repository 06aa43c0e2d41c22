import { AppError } from '../core/errors.ts';
import type { StepChoice } from '../run/select-filters.ts';

/**
 * Reads the values of `--step`: positions, ranges and names, such as `3`, `1-3`, `2,5-7`, `build`.
 *
 * @param values - As typed. One that holds a comma may also be a name as a whole.
 * @throws {AppError} `USAGE`: digits that are no position and no range.
 */
export function parseSteps(values: readonly string[]): StepChoice {
	const numbers = new Set<number>();
	const names = new Set<string>();
	for (const value of values) {
		for (const part of value.split(',').map((text) => text.trim())) {
			if (!/^[\d\s-]*$/.test(part)) {
				names.add(part).add(value.trim());
				continue;
			}
			for (const number of readRange(part)) numbers.add(number);
		}
	}
	return { numbers, names: [...names] };
}

function readRange(part: string): readonly number[] {
	const match = /^([1-9]\d{0,5})(?:-([1-9]\d{0,5}))?$/.exec(part);
	const first = Number(match?.[1]);
	const last = Number(match?.[2] ?? match?.[1]);
	if (!match || last < first) {
		throw new AppError(
			'USAGE',
			`Cannot use --step ${part === '' ? '""' : part}: it is no step number, no range and no name`,
			{
				advice: 'Give positions from 1 or names, such as --step 3 or --step 1-3 or --step 2,build',
			},
		);
	}
	return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
