import type { CommandMatcher } from '../../src/transcript/agents/command-matchers.ts';
import { commandsIn } from '../../src/transcript/agents/shell-commands.ts';

/** Matches a command line that runs this one command, alone or beside others: the plainest of matchers, for tests of what asks them. */
export const runsScript = (script: string): CommandMatcher => {
	const wanted = JSON.stringify(commandsIn(script)?.[0]);
	return (line) => {
		const isMatch = commandsIn(line)?.some((words) => JSON.stringify(words) === wanted) === true;
		return { isMatch, detail: isMatch ? 'runs it' : 'does not run it' };
	};
};
