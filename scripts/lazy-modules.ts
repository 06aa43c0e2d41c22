import { resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/**
 * What few prompts need, though it is called in the middle of what all do: each is loaded by the first call of one of its functions.
 * Only they can be imported then; any other name fails the build.
 */
const LAZY: Readonly<Record<string, { readonly module: string; readonly functions: readonly string[] }>> = {
	// Most prompts are read by the scanner alone.
	markdown: { module: 'src/prompt/parse-tree.ts', functions: ['parseTree'] },
	yaml: { module: 'yaml', functions: ['isMap', 'isScalar', 'isSeq', 'parse', 'parseDocument'] },
	shell: { module: 'unbash', functions: ['forEachChild', 'parse'] },
};

const NAMESPACE = 'lazy';

/** Puts in the place of each module one that requires it when it is called. The files that have it must lie one folder below `dist`. */
export const lazyModules: Plugin = {
	name: 'lazy-modules',
	setup(build) {
		build.onResolve({ filter: /.*/ }, ({ path, resolveDir, kind, namespace }) => {
			if (kind !== 'import-statement' || namespace === NAMESPACE) return null;
			const module = path.startsWith('.') ? resolve(resolveDir, path) : path;
			const found = Object.entries(LAZY).find(([, lazy]) => lazy.module === module || resolve(lazy.module) === module);
			return found ? { namespace: NAMESPACE, path: found[0] } : null;
		});
		build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path: name }) => {
			const calls = LAZY[name]?.functions.map((key) => `export const ${key} = (...args) => load().${key}(...args);`);
			// Only what is CommonJS can be loaded in the middle of a synchronous call.
			return { contents: `const load = () => require('../lazy/${name}.js');\n${calls?.join('\n')}` };
		});
		build.onResolve({ filter: /^\.\.\/lazy\//, namespace: NAMESPACE }, ({ path }) => ({ path, external: true }));
	},
};

/** Builds the modules themselves into the folder `lazy`. */
export async function buildLazyModules({ outdir = '', ...options }: BuildOptions): Promise<void> {
	const entryPoints = Object.fromEntries(Object.entries(LAZY).map(([name, { module }]) => [name, module]));
	await build({ ...options, entryPoints, outdir: `${outdir}/lazy`, format: 'cjs', splitting: false });
}
