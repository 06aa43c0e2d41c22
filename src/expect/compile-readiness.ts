import { stripAnsi } from '../core/strip-ansi.ts';
import { compileRegex, parseWrittenRegex, testRegex } from './compile-regex.ts';

/**
 * Compiles the text of a `Ready When` directive.
 *
 * @param text - Text that the output must contain, or `/…/flags`. What is no valid regular expression is taken as text.
 * @returns Tells whether the output so far, with or without its colours, says that the step is ready.
 */
export function compileReadiness(text: string): (output: string) => boolean {
	const written = parseWrittenRegex(text);
	const regex = written && compileRegex(written.source, written.flags).regex;
	const test = (output: string): boolean => (regex ? testRegex(regex, output) : output.includes(text));
	return (output) => test(output) || (output.includes('\u001b') && test(stripAnsi(output)));
}
