import type { Interruption } from '../core/events.ts';
import { stripAnsi } from '../core/strip-ansi.ts';

const CONTEXT_LINES = 5;

/**
 * Completes an interruption with what stands around it in the output: the lines near an error pattern, the last line before a stall.
 *
 * @param output - Both streams in order, as far as they were kept.
 */
export function addContext(interruption: Interruption, output: string): Interruption {
	const lines = output.replace(/\r?\n$/, '').split('\n');
	if (interruption.kind === 'stall')
		return { ...interruption, lastLine: output === '' ? null : (lines.at(-1) ?? null) };
	if (interruption.kind !== 'error-pattern') return interruption;
	const at = lines.findIndex((line) => stripAnsi(line).startsWith(interruption.line));
	if (at < 0) return interruption;
	return {
		...interruption,
		line: stripAnsi(lines[at] ?? ''),
		lineNumber: at + 1,
		before: lines.slice(Math.max(0, at - CONTEXT_LINES), at),
		after: lines.slice(at + 1, at + 1 + CONTEXT_LINES),
	};
}
