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
	const watchers = new Map<string, { readonly watcher: FSWatcher; readonly identity: string }>();
	const drop = (folder: string): void => {
		watchers.get(folder)?.watcher.close();
		watchers.delete(folder);
	};
	const open = (folder: string): void => {
		try {
			const identity = identityOf(folder);
			if (identity === null) return;
			const watcher = watch(folder, onHint);
			// The folder was taken away: the next `follow` knows where to listen instead.
			watcher.on('error', () => {
				drop(folder);
				onHint();
			});
			watchers.set(folder, { watcher, identity });
		} catch {
			// It is gone already.
		}
	};
	return {
		follow(folders) {
			// A folder that was made anew under its old name is another one.
			for (const [folder, { identity }] of [...watchers])
				if (!folders.has(folder) || identityOf(folder) !== identity) drop(folder);
			const fresh = [...folders].filter((folder) => !watchers.has(folder));
			for (const folder of fresh) open(folder);
			return fresh.length > 0;
		},
		close() {
			for (const folder of [...watchers.keys()]) drop(folder);
		},
	};
}

/** Numbers of files are given out again soon; together with the time of birth they tell two folders apart. */
function identityOf(folder: string): string | null {
	const stats = statSync(folder, { throwIfNoEntry: false });
	return stats === undefined ? null : `${stats.ino} ${stats.birthtimeMs}`;
}
