import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';

const COMPILED = '.build/types/src';

/**
 * Compiles the declarations of a project and copies those that the entries need.
 *
 * @param project - Folder of its `tsconfig.json`.
 * @param entries - Modules below `src`, without extension.
 * @param outDir - Gets the same folders as `src`; imports in it end in `.js`, as consumers resolve them.
 */
export async function emitTypes(project: string, entries: readonly string[], outDir: string): Promise<void> {
	await promisify(execFile)('npx', ['tsc', '-b', project]);
	const queue = [...entries];
	const seen = new Set<string>();
	for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
		if (seen.has(name)) continue;
		seen.add(name);
		const folder = posix.dirname(name);
		const source = await readFile(join(COMPILED, `${name}.d.ts`), 'utf8');
		const text = source.replace(/(\b(?:from|import\()\s*['"])(\.[^'"]*)\.ts(['"])/g, (_, start, path: string, end) => {
			queue.push(posix.join(folder, path));
			return `${start}${path}.js${end}`;
		});
		const target = join(outDir, `${name}.d.ts`);
		await mkdir(dirname(target), { recursive: true });
		await writeFile(target, text);
	}
}
