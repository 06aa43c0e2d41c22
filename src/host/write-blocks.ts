import { open } from 'node:fs/promises';

/**
 * Writes blocks one after another into an empty file that is there; each is asked for while the one before is being written.
 *
 * @throws What the file system or the blocks throw; part of them may be in the file then.
 */
export async function writeBlocks(path: string, blocks: Iterable<Uint8Array>): Promise<void> {
	const file = await open(path, 'r+');
	let written = Promise.resolve();
	try {
		for (const block of blocks) {
			await written;
			written = file.writeFile(block);
		}
		await written;
	} finally {
		// Where a block throws, the one before may still be on its way, and fail as well.
		await written.catch(() => {});
		await file.close();
	}
}
