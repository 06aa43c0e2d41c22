import { basename, dirname } from 'node:path';
import { HARMLESS, NEVER } from './builtins.ts';
import type { CommandPolicy } from './command-policy.ts';
import { readScript, type ScriptRules } from './read-script.ts';
import { Refusal, type ShellWord, type SimpleCommand } from './shell-words.ts';
import { type Unwrapped, unwrap } from './unwrap.ts';

/** Where programs without a folder are looked for. */
export interface ProgramFolders {
	/** Absolute folders of `PATH`. */
	readonly folders: readonly string[];
}

/** Deeper than anybody nests by hand: `sh -c "sh -c …"`. */
const DEEPEST = 16;

const PLAIN: Unwrapped = { kind: 'plain' };

/** They decide which program a name means, or make every program run something else. */
const DECIDING =
	/^(PATH|IFS|ENV|BASH.*|LD_.*|DYLD_.*|SHELLOPTS|PS4|PROMPT_COMMAND|GLOBIGNORE|CDPATH|GCONV_PATH|POSIXLY_CORRECT)$/;

/**
 * Makes a judge of command texts.
 *
 * @returns Why a command may not run, one sentence; `null` when it may.
 */
export function createCommandJudge(
	policy: CommandPolicy,
	{ folders }: ProgramFolders,
): { judge(text: string): string | null; maySet(name: string): boolean } {
	const allow = policy.allow.map(toRule);
	const deny = policy.deny.map(toRule);
	const settable = policy.env.map((pattern) => globOf(pattern, '.*'));
	const maySet = (name: string): boolean =>
		settable.some((pattern) => pattern.test(name)) ? !DECIDING.test(name) : /^[a-z_][a-z0-9_]*$/.test(name);
	const rules: ScriptRules = { maySet, mayWrite: policy.writes };

	const judgeScript = (text: string, depth: number): void => {
		if (depth > DEEPEST) throw new Refusal('The command is nested too deeply to be judged');
		for (const command of readScript(text, rules)) if (command.length > 0) judgeSimple(command, depth);
	};
	const judgeSimple = (command: SimpleCommand, depth: number): void => {
		if (depth > DEEPEST) throw new Refusal('The command is nested too deeply to be judged');
		const [first, ...args] = command;
		const written = first?.text;
		if (!first?.isSingle || written == null) throw new Refusal('The name of a command is known only when it runs');
		const denied = deny.find((rule) => mayFit(rule, written, args));
		if (denied) throw new Refusal(`${written} is denied by the rule "${denied.text}"`);
		// Somebody's own `./env` is not the `env` we know.
		const isOfSystem = !written.includes('/') || folders.includes(dirname(written));
		const name = isOfSystem ? basename(written) : written;
		if (isOfSystem && NEVER.has(name)) throw new Refusal(`${name} is not judged`);
		const form = HARMLESS.get(written);
		if (form?.(args, rules)) return;
		if (form) throw new Refusal(`Arguments of ${name} that are not judged`);
		const inner = isOfSystem ? unwrap(name, args, rules) : PLAIN;
		if (inner.kind === 'script') judgeScript(inner.text, depth + 1);
		else if (inner.kind === 'commands') for (const each of inner.commands) judgeSimple(each, depth + 1);
		if (inner.kind === 'script' || (inner.kind === 'commands' && inner.isTransparent)) return;
		const least = inner.kind === 'opaque' ? leastWords(name) : 0;
		const isAllowed = allow.some(
			(rule) => rule.literal >= least && [name, written].some((each) => surelyFits(rule, each, args)),
		);
		if (!isAllowed) throw new Refusal(`${written} is not allowed${least > 0 ? ': what it runs cannot be seen' : ''}`);
	};

	const judge = (text: string): string | null => {
		try {
			judgeScript(text, 0);
			return null;
		} catch (error) {
			if (error instanceof Refusal) return error.message;
			// A bug of ours or of the parser, or a stack that is too deep, lets nothing through.
			return `The command cannot be judged: ${error instanceof Error ? error.message : String(error)}`;
		}
	};
	return { judge, maySet };
}

interface Rule {
	readonly text: string;
	readonly name: RegExp;
	readonly args: readonly RegExp[];
	/** How many of its words have no wildcard, from the first. */
	readonly literal: number;
}

/** The name of a shell alone would let through whatever script it reads. */
const leastWords = (name: string): number => (/^\w*sh$/.test(name) ? 2 : 1);

function toRule(text: string): Rule {
	const words = text.split(/\s+/);
	const [name = '', ...args] = words;
	const wild = words.findIndex((word) => word.includes('*'));
	return {
		text,
		name: globOf(name.replaceAll('**', '\0'), '[^/]*'),
		args: args.map((word) => globOf(word, '.*')),
		literal: wild < 0 ? words.length : wild,
	};
}

const globOf = (pattern: string, star: string): RegExp =>
	new RegExp(
		`^${pattern
			.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
			.replaceAll('*', star)
			.replaceAll('\0', '.*')}$`,
		's',
	);

const surelyFits = (rule: Rule, name: string, args: readonly ShellWord[]): boolean =>
	rule.name.test(name) &&
	rule.args.every((pattern, index) => {
		const before = args.slice(0, index + 1);
		// Words that may split move those behind them.
		return before.every(({ isSingle }) => isSingle) && pattern.test(args[index]?.text ?? '\0');
	});

/** Doubt is no way around a rule that denies: a word that is not known fits whatever is asked of it. */
const mayFit = (rule: Rule, name: string, args: readonly ShellWord[]): boolean =>
	(rule.name.test(name) || rule.name.test(basename(name))) &&
	rule.args.every((pattern, index) => {
		const isMoved = args.slice(0, index + 1).some(({ isSingle }) => !isSingle);
		const word = args[index];
		return isMoved || (word !== undefined && (word.text === null || pattern.test(word.text)));
	});
