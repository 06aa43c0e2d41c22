import type { ScriptRules } from './read-script.ts';
import { known, Refusal, type ShellWord } from './shell-words.ts';

/** What stands behind a command that runs others. */
export type Unwrapped =
	/** Not such a command. */
	| { readonly kind: 'plain' }
	/** Commands in its arguments; `isTransparent`: it does nothing beside running them. */
	| { readonly kind: 'commands'; readonly commands: readonly (readonly ShellWord[])[]; readonly isTransparent: boolean }
	/** Text that a shell reads. */
	| { readonly kind: 'script'; readonly text: string }
	/** It runs what can't be seen. */
	| { readonly kind: 'opaque' };

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'mksh', 'zsh', 'fish', 'csh', 'tcsh', 'rbash', 'yash']);
/** Those whose language is judged. */
const JUDGED_SHELLS = new Set(['sh', 'bash', 'dash']);

/** Programs that run whatever they are given, in ways of their own: a rule must name them. */
const RUNNERS = new Set(
	(
		'sudo doas su sg newgrp pkexec setpriv capsh prlimit numactl fakeroot unbuffer rlwrap xvfb-run runuser ssh script flock watch parallel ionice chrt taskset strace ltrace gdb unshare nsenter chroot bwrap ' +
		'systemd-run docker podman kubectl busybox toybox socat nc ncat expect screen tmux at batch crontab start-stop-daemon ' +
		'perl python python2 python3 node nodejs deno bun ruby php lua tclsh awk gawk mawk nawk ed ex vi vim nvim emacs ' +
		'make cmake ninja npx npm pnpm yarn uv uvx pip git tar rsync env-update run-parts catchsegv linux32 linux64 setarch'
	).split(' '),
);

/** Options before the command that a wrapper runs: those that stand alone, those that take the next word, and how many words follow. */
interface Wrapper {
	readonly alone: RegExp;
	readonly withValue: RegExp;
	readonly operands: number;
	/** Words that it adds are not known. */
	readonly adds?: boolean;
}

const NONE = /^$/;
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
	builtin: { alone: NONE, withValue: NONE, operands: 0 },
	command: { alone: NONE, withValue: NONE, operands: 0 },
	exec: { alone: NONE, withValue: NONE, operands: 0 },
	nice: { alone: /^(-\d+|-n-?\d+|--adjustment=-?\d+)$/, withValue: /^(-n|--adjustment)$/, operands: 0 },
	nohup: { alone: NONE, withValue: NONE, operands: 0 },
	setsid: { alone: /^(-[cfw]|--wait|--fork|--ctty)$/, withValue: NONE, operands: 0 },
	stdbuf: { alone: /^-[ioe](L|\d+)$|^--(input|output|error)=(L|\d+)$/, withValue: /^-[ioe]$/, operands: 0 },
	time: { alone: /^-p$/, withValue: NONE, operands: 0 },
	timeout: {
		alone: /^(--preserve-status|--foreground|-v|--verbose|--kill-after=[\d.smhd]+|--signal=\w+|-k[\d.smhd]+|-s\w+)$/,
		withValue: /^(-k|-s|--kill-after|--signal)$/,
		operands: 1,
	},
	xargs: {
		alone: /^(-[0rt]+|--null|--no-run-if-empty|--verbose|-[nPL]\d+|--max-args=\d+|--max-procs=\d+)$/,
		withValue: /^-[nPLd]$/,
		operands: 0,
		adds: true,
	},
};

/**
 * Looks at what a command runs beside itself.
 *
 * @param name - Of the program, without its folder.
 * @throws {Refusal} It runs something, in a way that can't be judged.
 */
export function unwrap(name: string, args: readonly ShellWord[], rules: ScriptRules): Unwrapped {
	if (SHELLS.has(name)) return unwrapShell(name, args);
	if (name === 'eval') return { kind: 'script', text: args.map((word) => certain(word, name)).join(' ') };
	if (name === 'env') return unwrapEnv(args, rules);
	if (name === 'find') return unwrapFind(args);
	// It only tells where a command is.
	if (name === 'command' && /^-[vV]$/.test(args[0]?.text ?? '')) return commands([], true);
	const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
	if (wrapper) return unwrapPlainly(name, args, wrapper);
	return { kind: RUNNERS.has(name) || /^(python|perl|ruby|lua|php)[\d.]+$/.test(name) ? 'opaque' : 'plain' };
}

function unwrapPlainly(name: string, args: readonly ShellWord[], wrapper: Wrapper): Unwrapped {
	let at = 0;
	for (; at < args.length; at += 1) {
		const text = certain(args[at], name);
		if (wrapper.withValue.test(text)) {
			at += 1;
			certain(args[at], name);
		} else if (!wrapper.alone.test(text)) break;
	}
	if (args[at]?.text === '--') at += 1;
	for (let count = 0; count < wrapper.operands; count += 1) {
		if (/^-/.test(certain(args[at], name))) throw new Refusal(`Options of ${name} that are not judged`);
		at += 1;
	}
	const inner = args.slice(at);
	// `exec >/dev/null` alone; xargs alone echoes.
	if (inner.length === 0) return name === 'exec' || name === 'xargs' ? commands([], true) : { kind: 'opaque' };
	if (/^-/.test(certain(inner[0], name))) throw new Refusal(`Options of ${name} that are not judged`);
	return commands([wrapper.adds ? [...inner, { text: null, isSingle: false }] : inner], true);
}

function unwrapShell(name: string, args: readonly ShellWord[]): Unwrapped {
	const at = args.findIndex(({ text }) => text === null || !/^-[eux]+$/.test(text));
	const flags = args[at]?.text ?? '';
	if (!/^-[eux]*c[eux]*$/.test(flags)) {
		// Options may make it read other files, or its input.
		if (at >= 0 && !/^[^-+]/.test(flags)) throw new Refusal(`What ${name} runs cannot be seen`);
		return { kind: 'opaque' };
	}
	if (!JUDGED_SHELLS.has(name)) throw new Refusal(`The language of ${name} is not judged`);
	const script = args[at + 1];
	if (script?.text == null || !script.isSingle || script.text.startsWith('-')) {
		throw new Refusal(`What ${name} runs is known only when it runs`);
	}
	return { kind: 'script', text: script.text };
}

function unwrapEnv(args: readonly ShellWord[], rules: ScriptRules): Unwrapped {
	let at = 0;
	for (; at < args.length; at += 1) {
		const word = args[at];
		// `NAME=$(…)`: the name is certain where the parser saw an assignment, but its text is not: refuse.
		const text = certain(word, 'env');
		const name = text === '-u' ? certain(args[++at], 'env') : /^([^=]*)=/.exec(text)?.[1];
		if (text === '-i' || text === '-') continue;
		if (name === undefined) break;
		if (!/^[A-Za-z_]\w*$/.test(name) || !rules.maySet(name)) throw new Refusal(`The variable ${name} may not be set`);
	}
	const inner = args.slice(at);
	if (inner.length === 0) return { kind: 'plain' };
	if (inner[0]?.text?.startsWith('-')) throw new Refusal('Options of env that are not judged');
	return commands([inner], true);
}

function unwrapFind(args: readonly ShellWord[]): Unwrapped {
	const texts = args.map((word) => certain(word, 'find'));
	const found: ShellWord[][] = [];
	for (let at = 0; at < texts.length; at += 1) {
		if (!/^-(exec|execdir|ok|okdir)$/.test(texts[at] ?? '')) continue;
		// `+` ends the command only right after `{}`.
		const end = texts.findIndex(
			(text, index) => index > at && (text === ';' || (text === '+' && texts[index - 1] === '{}')),
		);
		if (end < 0) throw new Refusal('A command of find has no end');
		found.push(
			texts.slice(at + 1, end).map((text) => (text.includes('{}') ? { text: null, isSingle: true } : known(text))),
		);
		at = end;
	}
	return commands(found, false);
}

const commands = (list: readonly (readonly ShellWord[])[], isTransparent: boolean): Unwrapped => ({
	kind: 'commands',
	commands: list,
	isTransparent,
});

function certain(word: ShellWord | undefined, name: string): string {
	if (word === undefined) throw new Refusal(`The arguments of ${name} are not complete`);
	if (word.text === null || !word.isSingle) throw new Refusal(`What ${name} runs is known only when it runs`);
	return word.text;
}
