import type { StreamChoice } from '../core/expectations.ts';
import type { ObservedText } from './expectation.ts';
import type { ObservedOutput } from './verdict.ts';

/**
 * Picks the stream that a matcher speaks of.
 */
export function textOf(output: ObservedOutput, stream: StreamChoice): ObservedText {
	const cutAt = output.isCut ? (output.cutAt?.[stream] ?? null) : null;
	// A stream that is known to be whole is whole, whatever happened to the other.
	const isCut = output.isCut && (output.cutAt === undefined || cutAt !== null);
	return { text: output[stream], isCut, cutAt };
}
