import type { AgentFormat } from './agent-format.ts';
import { claudeCode } from './claude-code.ts';
import { codex } from './codex.ts';
import { commandsIn } from './shell-commands.ts';

/** What starts an agent: the names of its programs and packages. */
const AGENTS: readonly { readonly name: RegExp; readonly format: AgentFormat }[] = [
	{ name: /^(?:.*\/)?claude(?:\.exe)?$|^@anthropic-ai\/claude-code(?:@.*)?$/, format: claudeCode },
	{ name: /^(?:.*\/)?codex$|^@openai\/codex(?:@.*)?$/, format: codex },
];
/** Programs that run what their arguments name. */
const RUNNERS = new Set('npx npm pnpm yarn bunx bun env timeout time nohup nice stdbuf exec command'.split(' '));

/** An agent that a script starts. */
export interface AgentStart {
	readonly format: AgentFormat;
	/** The script changes its folder first, so the session may be kept as one of another folder. */
	readonly isElsewhere: boolean;
}

/**
 * Tells whether a script starts an agent, such as `claude -p '…'`: then what it did stands in transcripts of its own.
 *
 * @returns The first one; `null` when it starts none, or can't be parsed.
 */
export function findAgentStart(script: string): AgentStart | null {
	const commands = commandsIn(script) ?? [];
	for (const [index, words] of commands.entries()) {
		const program = programOf(words);
		const found = AGENTS.find(({ name }) => name.test(program));
		if (found === undefined) continue;
		return {
			format: found.format,
			isElsewhere: commands.slice(0, index).some(([name]) => name === 'cd' || name === 'pushd'),
		};
	}
	return null;
}

/** Behind runners, their options, the values of those, and assignments. */
function programOf(words: readonly string[]): string {
	const [first = ''] = words;
	if (!RUNNERS.has(first.slice(first.lastIndexOf('/') + 1))) return first;
	return words.slice(1).find((word) => AGENTS.some(({ name }) => name.test(word))) ?? first;
}
