import { cac } from 'cac';
import { GATE_OPTIONS, type GateOptionKey } from '../config/gate-options.ts';
import { OPTIONS, type OptionKey, type OptionSpec } from '../config/options.ts';
import { SERVE_OPTIONS, type ServeOptionKey } from '../config/serve-options.ts';
import { closestName } from '../core/closest-name.ts';
import { AppError } from '../core/errors.ts';
import { COMMANDS, type CommandName, type CommandSpec, tableOf } from './commands.ts';

/** What the command line asks for. */
export type ParsedArgv =
	| { readonly kind: 'version' }
	/** `null`: help on the whole program. */
	| { readonly kind: 'help'; readonly command: CommandName | null }
	| {
			readonly kind: 'command';
			readonly name: CommandName;
			readonly args: readonly string[];
			readonly options: Readonly<Record<string, unknown>>;
	  };

/**
 * Parses a command line.
 *
 * @param argv - Without the program and script names.
 * @throws {AppError} `USAGE`: unknown option, missing argument or value.
 */
export function parseArgv(argv: readonly string[]): ParsedArgv {
	const ours = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
	const named = COMMANDS.find(({ name }) => name === argv[0])?.name ?? null;
	if (argv.length === 0 || ours.some((word) => word === '--help' || word === '-h'))
		return { kind: 'help', command: named };
	if (ours.includes('--version') || ours[0] === '-v') return { kind: 'version' };
	return parseCommand(named ?? 'run', named === null ? argv : argv.slice(1));
}

function parseCommand(name: CommandName, words: readonly string[]): ParsedArgv {
	const spec: CommandSpec = COMMANDS.find((command) => command.name === name) ?? COMMANDS[0];
	const cli = cac('verify');
	// One default command is all that cac needs to see: no word of the user can be taken for another one.
	const command = cli.command(toCacArgs(spec.args), spec.description);
	for (const flag of flagsOf(spec)) command.option(flag, '');
	try {
		cli.parse(['node', 'verify', ...joinValues(words, spec).map(guardNumber)], { run: false });
		command.checkUnknownOptions();
		command.checkOptionValue();
		command.checkRequiredArgs();
		command.checkUnusedArgs();
	} catch (error) {
		if (error instanceof Error && error.name === 'CACError') throw toUsageError(error, spec, words);
		throw error;
	}
	const { '--': rest, ...options } = cli.options;
	return {
		kind: 'command',
		name,
		args: [...cli.args, ...(Array.isArray(rest) ? rest.map(String) : [])].map(unguard),
		options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, unguardValue(value)])),
	};
}

/**
 * What follows an option that wants a value is that value, also where it begins with a dash and is no option itself: a key in base64url, or
 * `-3s`, which the option then says something about. cac takes it for a row of short options.
 */
function joinValues(words: readonly string[], spec: CommandSpec): readonly string[] {
	const flags = flagsOf(spec);
	const namesIn = (some: readonly string[]): Set<string> =>
		new Set(some.flatMap((flag) => flag.split(/[ ,]+/)).filter((part) => part.startsWith('-')));
	const [known, wanting] = [namesIn(flags), namesIn(flags.filter((flag) => flag.includes('<')))];
	const joined: string[] = [];
	for (const [index, word] of words.entries()) {
		const before = words[index - 1] ?? '';
		const isValue = /^-[^-]/.test(word) && !known.has(word.replace(/=.*$/s, ''));
		if (isValue && before.startsWith('--') && wanting.has(before) && !words.slice(0, index).includes('--'))
			joined[joined.length - 1] = `${before}=${word}`;
		else joined.push(word);
	}
	return joined;
}

const GUARD = '\u0001';

/** cac takes every word for a number that can be read as one, and forgets how it was written: `0012345` may be a revision. */
const guardNumber = (word: string): string =>
	word.replace(/^(--[^=]+=)?([^-].*)$/s, (whole, name: string | undefined, value: string) =>
		Number.isNaN(Number(value)) || String(Number(value)) === value ? whole : `${name ?? ''}${GUARD}${value}`,
	);

const unguard = (word: string): string => (word.startsWith(GUARD) ? word.slice(GUARD.length) : word);

function unguardValue(value: unknown): unknown {
	if (typeof value === 'string') return unguard(value);
	return Array.isArray(value) ? value.map(unguardValue) : value;
}

const flagsOf = (spec: CommandSpec): string[] => [
	...tableOf(spec).map(({ flag }) => flag),
	...spec.options.map(({ flag }) => flag),
];

// cac writes "several" as three dots before the name.
const toCacArgs = (args: string): string => args.replace(/([<[])(\w+)…/g, '$1...$2');

function toUsageError(error: Error, spec: CommandSpec, words: readonly string[]): AppError {
	const help = `See verify ${spec.name} --help`;
	if (error.message.startsWith('missing required args')) {
		const [name = ''] = /[\w-]+/.exec(spec.args) ?? [];
		const example = spec.examples[0] ?? `verify ${spec.name} ${spec.args}`;
		return new AppError('USAGE', `Cannot ${spec.name}: no ${name.replace(/s$/, '')} was named`, {
			cause: error,
			advice: `Name one, such as ${example}. ${help}`,
		});
	}
	const seen = /Unknown option `?(-{1,2}[^`\s]+)/.exec(error.message)?.[1];
	// cac writes names in camel case, and takes the "no" off before it looks for them.
	const unknown =
		words
			.map((word) => word.replace(/=.*$/s, ''))
			.find((word) => [word, word.replace(/^--no-/, '--')].some((form) => toCamelCase(form) === seen)) ?? seen;
	const closest = unknown
		? closestName(
				unknown,
				flagsOf(spec).map((flag) => flag.split(' ')[0] ?? ''),
			)
		: null;
	const message = lowerFirst(error.message).replace(seen ?? '', unknown ?? '');
	return new AppError('USAGE', `Cannot read the command line: ${message}`, {
		cause: error,
		advice: closest ? `Did you mean ${closest}? ${help}` : help,
	});
}

const toCamelCase = (word: string): string =>
	word.replace(/([a-z])-([a-z])/g, (_, before: string, after: string) => before + after.toUpperCase());

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/**
 * Picks the options of a run out of what was typed, by their keys in the config.
 *
 * @returns Only what was really typed.
 */
export const toRunFlags = (options: Readonly<Record<string, unknown>>): Partial<Record<OptionKey, unknown>> =>
	toFlags(OPTIONS, options);

/** As {@link toRunFlags}, for `verify serve`. */
export const toServeFlags = (options: Readonly<Record<string, unknown>>): Partial<Record<ServeOptionKey, unknown>> =>
	toFlags(SERVE_OPTIONS, options);

/** As {@link toRunFlags}, for `verify gate`. */
export const toGateFlags = (options: Readonly<Record<string, unknown>>): Partial<Record<GateOptionKey, unknown>> =>
	toFlags(GATE_OPTIONS, options);

const toFlags = (table: readonly OptionSpec[], options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
	Object.fromEntries(
		table.flatMap(({ key, flag, type }) => {
			const value = options[toOptionName(flag)];
			// cac gives each --no-x the value true when it was not typed.
			if (value === undefined || (flag.startsWith('--no-') && value === true)) return [];
			const text = toText(value);
			// A comma on the command line is part of a name.
			return [[key, type.kind === 'list' && !Array.isArray(text) ? [text] : text]];
		}),
	);

// cac guesses numbers; the table of options reads text.
const toText = (value: unknown): unknown =>
	Array.isArray(value) ? value.map(toText) : typeof value === 'number' ? String(value) : value;

const toOptionName = (flag: string): string =>
	flag
		.replace(/^--(no-)?/, '')
		.replace(/ .*/, '')
		.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
