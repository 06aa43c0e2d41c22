import { COMMANDS, type CommandSpec, tableOf } from '../commands.ts';

/** What may stand behind an option, or in the place of an argument. */
export type Completable =
	| { readonly kind: 'choices'; readonly choices: readonly string[] }
	/** Markdown files, and folders on the way to them. */
	| { readonly kind: 'prompts' }
	/** Ids of runs, and `latest`. */
	| { readonly kind: 'runs' }
	/** Both of these: `verify explain` takes either. */
	| { readonly kind: 'steps' }
	| { readonly kind: 'file' }
	| { readonly kind: 'folder' }
	/** A value that nobody can guess. */
	| { readonly kind: 'any' }
	| { readonly kind: 'nothing' };

/** An option as a shell completes it. */
export interface CompletionOption {
	/** Such as `-o` and `--output`, as typed. */
	readonly names: readonly string[];
	readonly description: string;
	/** `null`: it takes no value. */
	readonly value: Completable | null;
}

/** A command as a shell completes it. */
export interface CompletionCommand {
	readonly name: string;
	readonly description: string;
	readonly options: readonly CompletionOption[];
	readonly argument: Completable;
}

/** The shells that there are completions for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link SHELLS}. */
export type ShellName = (typeof SHELLS)[number];

/** Reads the tables of commands and options, the same that help and parser read. */
export const describeCommands = (): readonly CompletionCommand[] => COMMANDS.map(describeCommand);

function describeCommand(spec: CommandSpec): CompletionCommand {
	return {
		name: spec.name,
		description: spec.description,
		options: [
			...tableOf(spec).map(({ flag, description, type }) =>
				toOption(flag, description, type.kind === 'choice' ? type.choices : undefined),
			),
			...spec.options.map(({ flag, description, choices }) => toOption(flag, description, choices)),
			{ names: ['-h', '--help'], description: 'Show this help', value: null },
		],
		argument: argumentOf(spec),
	};
}

function toOption(flag: string, description: string, choices: readonly string[] | undefined): CompletionOption {
	// A value in brackets may be left out, so what follows may as well be the next word.
	const [, names = flag, value] = /^(.*?)(?: <([^>]+)>| \[[^\]]+\])?$/.exec(flag) ?? [];
	return { names: names.split(', '), description, value: value === undefined ? null : completableOf(value, choices) };
}

function completableOf(name: string, choices: readonly string[] | undefined): Completable {
	if (choices !== undefined) return { kind: 'choices', choices };
	if (name === 'folder') return { kind: 'folder' };
	return /^(file|key|format=file)$/.test(name) ? { kind: 'file' } : { kind: 'any' };
}

function argumentOf({ name, args }: CommandSpec): Completable {
	if (args === '<shell>') return { kind: 'choices', choices: SHELLS };
	if (name === 'explain' || name === 'accept') return { kind: 'steps' };
	if (/prompt/.test(args)) return { kind: 'prompts' };
	if (/run/.test(args)) return { kind: 'runs' };
	return args === '' ? { kind: 'nothing' } : { kind: 'any' };
}
