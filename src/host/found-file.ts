import type { FoundFile } from '../core/ports.ts';

/** Makes a {@link FoundFile} of a path as the file system has it; a leading `./` is left out. */
export function createFoundFile(path: Buffer): FoundFile {
	const pathBytes = path.subarray(0, 2).toString('latin1') === './' ? path.subarray(2) : path;
	return { path: pathBytes.toString(), pathBytes };
}
