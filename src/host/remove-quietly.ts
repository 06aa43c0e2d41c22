import { unlinkSync } from 'node:fs';

/** Removes a file whose absence is all that matters: one that is gone already, or can't be removed, is not worth an error. */
export function removeQuietly(path: string): void {
	try {
		unlinkSync(path);
	} catch {
		// Somebody else removed it, or its folder went away or became read-only.
	}
}
