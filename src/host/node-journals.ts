import { realpathSync } from 'node:fs';
import type { Journals } from '../core/ports.ts';
import { toReadError } from './file-errors.ts';
import type { FileLockOptions } from './file-lock.ts';
import { createDesks } from './journal-desks.ts';
import { readIn, realFolder } from './journal-place.ts';

/**
 * Makes the port {@link Journals} over the real file system. Permission bits hold for root too.
 *
 * @param options - `lock`: see {@link FileLockOptions}.
 */
export function createNodeJournals(options: { readonly lock?: FileLockOptions } = {}): Journals {
	const desks = createDesks(options.lock ?? {});
	return {
		async open(path, work, { isKept = false } = {}) {
			const desk = await desks.enter(path);
			let isDone = false;
			try {
				const result = await work(desk.journal);
				isDone = true;
				return result;
			} finally {
				// Who failed does not come back.
				desk.leave(isKept && isDone);
			}
		},
		async read(path) {
			try {
				const folder = realFolder(path);
				return folder === null ? null : readIn(folder, path);
			} catch (error) {
				const known = toReadError(error, path);
				if (known.code === 'FILE_MISSING') return null;
				throw known;
			}
		},
		async hasFolder(path) {
			try {
				return realFolder(path) !== null;
			} catch (error) {
				throw toReadError(error, path);
			}
		},
		async resolve(path) {
			try {
				return realpathSync.native(path);
			} catch {
				return path;
			}
		},
	};
}
