import { type FSWatcher, statSync, watch } from 'node:fs';

/** Hears when something happens in folders. What it was, the listener finds out: events are hints, and come twice or too early. */
export interface FolderWatch {
	/**
	 * Listens to exactly these folders from now on, not to those below them; ones that are gone are left out.
	 *
	 * @returns True when a folder came to it: what happened in there before was not heard.
	 */
	follow(folders: ReadonlySet<string>): boolean;
	close(): void;
}

/**
 * Makes a watch over no folder yet. Folders, not files: an editor that saves by renaming puts another file in place, which a watch on the file
 * would never see again.
 *
 * @param onHint - Called for each event, never before `follow` has returned.
 */
export function createFolderWatch(onHint: () => void): FolderWatch {
	const watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: number }>();
	const drop = (folder: string): void => {
		watchers.get(folder)?.watcher.close();
		watchers.delete(folder);
	};
	const open = (folder: string): void => {
		try {
			const { ino: inode } = statSync(folder);
			const watcher = watch(folder, onHint);
			// The folder was taken away: the next `follow` knows where to listen instead.
			watcher.on('error', () => {
				drop(folder);
				onHint();
			});
			watchers.set(folder, { watcher, inode });
		} catch {
			// It is gone already.
		}
	};
	return {
		follow(folders) {
			// A folder that was made anew under its old name is another one.
			for (const [folder, { inode }] of [...watchers])
				if (!folders.has(folder) || inodeOf(folder) !== inode) drop(folder);
			const fresh = [...folders].filter((folder) => !watchers.has(folder));
			for (const folder of fresh) open(folder);
			return fresh.length > 0;
		},
		close() {
			for (const folder of [...watchers.keys()]) drop(folder);
		},
	};
}

const inodeOf = (folder: string): number | null => statSync(folder, { throwIfNoEntry: false })?.ino ?? null;
