import { disarmCommands } from '../../report/ci/disarm-commands.ts';
import type { Io } from '../io.ts';

/**
 * Makes an Io whose lines no runner of GitHub Actions takes for commands, whatever stands in them: file names, titles and output of steps
 * are not ours. Our own commands go through `unguarded`.
 */
export const guardIo = (io: Io): Io => ({
	...io,
	out: (line) => io.out(disarmCommands(line)),
	err: (line) => io.err(disarmCommands(line)),
	unguarded: io,
});
