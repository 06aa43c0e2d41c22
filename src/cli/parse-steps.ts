import { AppError } from '../core/errors.ts';

/**
 * Reads the value of `--step`: positions and ranges, such as `3`, `1-3`, `2,5-7`.
 *
 * @param value - As typed; `undefined`: all steps.
 * @returns Positions from 1, or `null` for all.
 * @throws {AppError} `USAGE`.
 */
export function parseSteps(value: unknown): ReadonlySet<number> | null {
	if (value === undefined) return null;
	const steps = new Set<number>();
	for (const part of (Array.isArray(value) ? value : [value]).flatMap((item) => String(item).split(','))) {
		const match = /^\s*([1-9]\d{0,5})(?:-([1-9]\d{0,5}))?\s*$/.exec(part);
		const first = Number(match?.[1]);
		const last = Number(match?.[2] ?? match?.[1]);
		if (!match || last < first) {
			throw new AppError('USAGE', `Cannot use --step ${part.trim()}: it is no step number and no range`, {
				advice: 'Give numbers from 1, such as --step 3 or --step 1-3 or --step 2,5',
			});
		}
		for (let step = first; step <= last; step += 1) steps.add(step);
	}
	return steps;
}
