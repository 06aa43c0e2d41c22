import type { ScriptRules } from './read-script.ts';
import type { ShellWord } from './shell-words.ts';

/** Judges the arguments of a builtin. */
type Form = (args: readonly ShellWord[], rules: ScriptRules) => boolean;

const anything: Form = () => true;
const isPlain = (pattern: RegExp): Form => {
	return (args) => args.every(({ text }) => text !== null && pattern.test(text));
};

/** `NAME` and `NAME=value`: in some shells an unquoted value splits, and the rest is assigned too. */
const names: Form = (args, rules) =>
	args.every(({ text, isSingle }) => {
		const name = /^([A-Za-z_]\w*)(=|$)/.exec(text ?? '')?.[1];
		return isSingle && name !== undefined && rules.maySet(name);
	});

const UNARY = /^-[bcdefghknprstuwxzLNOSG]$/;
const BINARY = /^(=|!=|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;

/** Only forms where the operator is certain: `-v` evaluates the index of an array, which may hold a substitution. */
function isTest(args: readonly ShellWord[]): boolean {
	const [first, second, third] = args;
	if (!args.every(({ isSingle }) => isSingle)) return false;
	if (first?.text === '!') return args.length > 1 && isTest(args.slice(1));
	if (args.length <= 1) return true;
	if (args.length === 2) return UNARY.test(first?.text ?? '');
	return args.length === 3 && third !== undefined && BINARY.test(second?.text ?? '');
}

/** `-v` and `%n` set variables. */
function isPrintf([format]: readonly ShellWord[]): boolean {
	const text = format?.text ?? '-';
	return !text.startsWith('-') && !/%[^a-zA-Z%]*n/.test(text);
}

/** Builtins that start nothing when called like this; they need no rule. */
export const HARMLESS: ReadonlyMap<string, Form> = new Map<string, Form>([
	[':', anything],
	['true', anything],
	['false', anything],
	['echo', anything],
	['pwd', anything],
	['printf', isPrintf],
	['test', isTest],
	['[', (args) => args.at(-1)?.text === ']' && isTest(args.slice(0, -1))],
	['exit', anything],
	['break', isPlain(/^\d+$/)],
	['continue', isPlain(/^\d+$/)],
	['shift', isPlain(/^\d+$/)],
	['return', anything],
	['wait', isPlain(/^\d+$/)],
	['set', isPlain(/^([-+][eufx]+|[-+][eufx]*o|errexit|nounset|xtrace|noglob|pipefail)$/)],
	['export', names],
	['readonly', names],
	['unset', (args, rules) => args.every(({ text }) => /^\w+$/.test(text ?? '') && rules.maySet(text ?? ''))],
	[
		'read',
		(args, rules) => args.every(({ text }) => text === '-r' || (/^\w+$/.test(text ?? '') && rules.maySet(text ?? ''))),
	],
]);

/** Builtins that change what later words mean, or run text that can't be seen; no rule lets them through. */
export const NEVER: ReadonlySet<string> = new Set([
	'.',
	'alias',
	'bind',
	'compgen',
	'complete',
	'declare',
	'enable',
	'fc',
	'hash',
	'jobs',
	'let',
	'local',
	'mapfile',
	'readarray',
	'shopt',
	'source',
	'trap',
	'typeset',
	'getopts',
]);
