import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Workspace } from '../run/context.ts';

/** Creates private folders under the system's folder for temporary files; `mkdtemp` gives them mode 0700. */
export function createWorkspace(): Workspace {
	const folders: string[] = [];
	return {
		async writePrivate(files) {
			const folder = await mkdtemp(join(tmpdir(), 'verify-'));
			folders.push(folder);
			const paths = files.map(({ name }) => join(folder, name));
			await Promise.all(files.map(({ text }, index) => writeFile(paths[index] ?? '', text, { mode: 0o700 })));
			return paths;
		},
		async close() {
			await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
		},
	};
}
