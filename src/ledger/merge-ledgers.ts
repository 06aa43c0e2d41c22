import { decodeUtf8, encodeUtf8 } from '../core/utf8.ts';

/**
 * Merges two branches of a ledger, or of its heads, as git's `merge=union` does, but each line once: also what both sides merged
 * before, which git may write twice.
 *
 * @returns All lines of `ours`, then those of `theirs` that are not in them, in their order: parents stay before their children. `null`
 * when one of both is not UTF-8 or ends within a line.
 */
export function mergeLedgers(ours: Uint8Array, theirs: Uint8Array): Uint8Array | null {
	const sides = [ours, theirs].map((bytes) => decodeUtf8(bytes));
	if (!sides.every((text) => text === '' || text?.endsWith('\n'))) return null;
	const lines = new Set(sides.flatMap((text) => text?.split('\n').slice(0, -1) ?? []));
	return encodeUtf8([...lines].map((line) => `${line}\n`).join(''));
}
