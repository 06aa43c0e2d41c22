import { resolve } from 'node:path';
import type { Files } from '../core/ports.ts';
import type { Io } from './io.ts';

/**
 * Writes a result that is one document: to stdout, or into a file, whole or not at all.
 *
 * @param text - Ends with a newline.
 * @param output - What `--output` said; `undefined` and `-`: stdout.
 */
export async function writeResult(
	text: string,
	output: unknown,
	{ io, files }: { readonly io: Io; readonly files: Files },
): Promise<void> {
	if (output === undefined || output === '-') io.out(text.replace(/\n$/, ''));
	else await files.write(resolve(io.cwd, String(output)), text);
}
