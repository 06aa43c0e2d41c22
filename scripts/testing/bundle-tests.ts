import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles test files, sharing chunks: each process starts in the time of Node itself, and no file is compiled twice.
 *
 * @param outDir - Made empty.
 * @returns The module to start, by test file.
 * @throws What esbuild found wrong; it printed it.
 */
export async function bundleTests(files: readonly string[], outDir: string): Promise<ReadonlyMap<string, string>> {
	mkdirSync(outDir, { recursive: true });
	await build({
		entryPoints: [...files],
		outbase: '.',
		outdir: outDir,
		bundle: true,
		splitting: true,
		format: 'esm',
		platform: 'node',
		target: 'node20',
		packages: 'external',
		outExtension: { '.js': '.mjs' },
		sourcemap: 'linked',
		logLevel: 'warning',
	});
	return new Map(files.map((file) => [file, resolve(outDir, file.replace(/\.ts$/, '.mjs'))]));
}

/** Removes folders named after processes that are gone: a runner that was killed could not clean up. */
export function removeStale(parent: string): void {
	mkdirSync(parent, { recursive: true });
	for (const name of readdirSync(parent)) {
		if (/^\d+$/.test(name) && !isAlive(Number(name))) rmSync(join(parent, name), { recursive: true, force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
