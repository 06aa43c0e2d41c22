import { AppError } from '../../core/errors.ts';
import { type CompletionCommand, describeCommands, SHELLS, type ShellName } from '../completions/completion-model.ts';
import { writeBash } from '../completions/write-bash.ts';
import { writeFish } from '../completions/write-fish.ts';
import { writeZsh } from '../completions/write-zsh.ts';
import type { Invocation } from '../io.ts';

const WRITERS: Readonly<Record<ShellName, (commands: readonly CompletionCommand[]) => string>> = {
	bash: writeBash,
	zsh: writeZsh,
	fish: writeFish,
};

/** `verify completions`: a script that lets a shell complete commands, options, values, prompts and runs. */
export async function completions({ args, io }: Invocation): Promise<number> {
	const shell = SHELLS.find((name) => name === args[0]);
	if (shell === undefined) {
		throw new AppError('USAGE', `Cannot write completions for "${args[0] ?? ''}"`, {
			advice: `Use one of: ${SHELLS.join(', ')}`,
		});
	}
	io.out(WRITERS[shell](describeCommands()).trimEnd());
	return 0;
}
