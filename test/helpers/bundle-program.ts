import { resolve } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles a TypeScript program for tests that start it as a process of its own, so that it starts as fast as Node does.
 *
 * @param entry - Path of the program, relative to the repository's root.
 * @returns Absolute path of a module to start with `node`.
 */
export async function bundleProgram(entry: string): Promise<string> {
	const outfile = resolve('.build/programs', String(process.pid), entry.replace(/\.ts$/, '.mjs'));
	await build({
		entryPoints: [entry],
		outfile,
		bundle: true,
		format: 'esm',
		platform: 'node',
		target: 'node20',
		packages: 'external',
		logLevel: 'warning',
	});
	return outfile;
}
