import type { StepCommand } from '../prompt/prompt.ts';

const SHELL_LANGUAGES: ReadonlySet<string> = new Set(['bash', 'zsh', 'ksh', 'fish']);

/**
 * Joins the commands of a step to one script. A command that fails ends it, so that a later one can't hide the failure;
 * inside one command the shell's own rules hold.
 *
 * @returns The script, placeholders replaced by shell variables.
 */
export function buildScript(commands: readonly StepCommand[]): string {
	// `case` keeps `$?` for the `exit`, and needs no variable of ours in the script's own shell.
	return commands.map((command) => fillPlaceholders(command.text)).join('\ncase $? in 0) ;; *) exit $? ;; esac\n');
}

/**
 * Names the shell that a step's fences ask for.
 *
 * @returns The first fence language that is a shell of its own (`bash`, `zsh`, `ksh`, `fish`), else `fallback`.
 */
export function chooseShell(commands: readonly StepCommand[], fallback: string): string {
	return (
		commands.find((command) => command.language !== null && SHELL_LANGUAGES.has(command.language))?.language ?? fallback
	);
}

/**
 * Replaces `{{marker}}` and `{{implementation}}` (`{{implementation_2}}`, …) by references to environment variables:
 * the values themselves never stand in the command text. Inside single quotes the reference leaves and re-enters them.
 */
export function fillPlaceholders(command: string): string {
	if (!command.includes('{{')) return command;
	let quote: '' | "'" | '"' = '';
	let script = '';
	for (let index = 0; index < command.length; ) {
		const variable = placeholderAt(command, index);
		if (variable) {
			script += reference(variable.name, quote);
			index += variable.length;
			continue;
		}
		const char = command[index] ?? '';
		if (char === '\\' && quote !== "'") {
			script += command.slice(index, index + 2);
			index += 2;
			continue;
		}
		if (quote === '' && (char === "'" || char === '"')) quote = char;
		else if (char === quote) quote = '';
		script += char;
		index += 1;
	}
	return script;
}

function placeholderAt(command: string, index: number): { name: string; length: number } | null {
	if (!command.startsWith('{{', index)) return null;
	const match = /^\{\{\s*(marker|implementation(?:_\d+)?)\s*\}\}/.exec(command.slice(index, index + 40));
	if (match?.[1] === undefined) return null;
	return { name: match[1] === 'marker' ? 'VERIFY_MARKER' : match[1].toUpperCase(), length: match[0].length };
}

function reference(name: string, quote: '' | "'" | '"'): string {
	const variable = `\${${name}}`;
	if (quote === "'") return `'"${variable}"'`;
	return quote === '"' ? variable : `"${variable}"`;
}
