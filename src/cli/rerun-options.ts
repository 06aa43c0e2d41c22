import { OPTIONS, type OptionKey } from '../config/options.ts';
import { quoteForShell } from '../core/quote-for-shell.ts';
import { toRunFlags } from './parse-argv.ts';

/** What can change how a step ends, what proves it, or what is written of it. */
const KEYS: readonly OptionKey[] = [
	'executor',
	'tokenFile',
	'timeout',
	'stall',
	'errorPatterns',
	'retries',
	'evidence',
	'shell',
	'write',
];

/**
 * Writes the options that a run was given and that a step needs to run again as it ran; config file and environment are found again.
 *
 * @param options - As typed, see `parseArgv`.
 * @returns Ready to paste into a POSIX shell; empty: none.
 */
export function formatRerunOptions(options: Readonly<Record<string, unknown>>): string {
	const typed: Partial<Record<OptionKey, unknown>> = toRunFlags(options);
	const words = OPTIONS.filter(({ key }) => KEYS.includes(key)).flatMap(({ key, flag }) => {
		const name = flag.split(' ')[0] ?? flag;
		const value = typed[key];
		if (value === undefined || value === true) return [];
		if (value === false) return [name];
		return (Array.isArray(value) ? value : [value]).flatMap((one) => [name, quoteForShell(String(one))]);
	});
	const config = options.config === undefined ? [] : ['--config', quoteForShell(String(options.config))];
	return [...words, ...config].join(' ');
}
