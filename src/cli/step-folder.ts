import { dirname, relative, resolve } from 'node:path';

/**
 * Finds the folder that a step runs in.
 *
 * @param file - Of the prompt, as the user gave it.
 * @param workingDirectory - As the prompt has it, relative to its own folder; `null`: that folder.
 * @returns Relative to the working directory, as the user would type it.
 */
export const stepFolder = (file: string, workingDirectory: string | null): string =>
	relative('', resolve(dirname(file), workingDirectory ?? '.')) || '.';
