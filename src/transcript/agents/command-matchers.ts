import { commandsIn } from './shell-commands.ts';

/** What a command of an agent is to the command that was asked for. */
export interface CommandMatch {
	readonly isMatch: boolean;
	/** One phrase: how it matches, or why it does not. */
	readonly detail: string;
}

/** Tells whether an agent's command is the one that was asked for. */
export type CommandMatcher = (command: string) => CommandMatch;

const yes = (detail: string): CommandMatch => ({ isMatch: true, detail });
const no = (detail: string): CommandMatch => ({ isMatch: false, detail });

const RUNNERS = new Set('npx npm pnpm yarn bunx bun node env timeout time nohup nice stdbuf exec command'.split(' '));
/** What `verify` does beside running prompts. */
const OTHER_COMMANDS = new Set(
	'gate audit confirm find report explain show lint badge new config accept attest doctor serve completions prune mcp'.split(
		' ',
	),
);

/** Matches a command line that runs prompts by `verify`, however it is called: `npx verify`, `node dist/verify.js`, `timeout 60 verify`. */
export const runsVerify: CommandMatcher = (command) => {
	const commands = commandsIn(command);
	if (commands === null) return no('a command that cannot be parsed');
	const found = commands.find((words) => {
		const at = words.findIndex((word) => /^(?:.*\/)?verify(?:\.js)?$/.test(word));
		const isCalled = at === 0 || (at > 0 && RUNNERS.has(baseName(words[0] ?? '')));
		return isCalled && !OTHER_COMMANDS.has(words[at + 1] ?? '');
	});
	return found === undefined ? no('a command that does not run verify') : yes(`runs ${clip(found.join(' '))}`);
};

const ECHOES = new Set('echo printf true : test [ set export sleep cd pwd'.split(' '));

/**
 * Matches a command that was given a marker, by its text or by `$VERIFY_MARKER`, and does more than print it: an echo proves only that
 * a shell ran.
 */
export function carriesMarker(marker: string): CommandMatcher {
	return (command) => {
		if (!command.includes(marker) && !command.includes('VERIFY_MARKER')) {
			return no('a command that was not given the marker');
		}
		const commands = commandsIn(command);
		if (commands === null) return no('a command that cannot be parsed');
		const works = commands.some(([name = '']) => !ECHOES.has(baseName(name)));
		return works ? yes('a command that was given the marker') : no('only an echo of the marker');
	};
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const clip = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);
