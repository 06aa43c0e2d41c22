import { dirname, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** Modules that are loaded together. */
interface Tier {
	/** This one, and all that it imports. */
	readonly module: string;
	/** Parts of the program that need next to nothing of it. */
	readonly unless: RegExp;
}

/**
 * What parts of the program have in common, from what all need to what only those need that run something.
 *
 * A part is what an `import()` of ours loads. esbuild makes a file for each set of parts that use the same modules, and there are dozens of
 * such sets. To find, read and link a file takes Node a millisecond, as long as to compile 30 kB. So each part takes a little more than it
 * needs: what `run` loads comes in 12 files instead of 73.
 */
const TIERS: readonly Tier[] = [
	{ module: 'src/cli/main.ts', unless: /^$/ },
	{ module: 'src/cli/commands/show.ts', unless: /\/(?:completions|new)\.ts$/ },
	{ module: 'src/cli/commands/run.ts', unless: /\/(?:badge|completions|config|find|lint|new|show)\.ts$/ },
];

const NAMESPACE = 'part';

/** Has each part that is loaded later import its tiers, so that those fall into one file each. */
export const tiers: Plugin = {
	name: 'tiers',
	setup(build) {
		build.onResolve({ filter: /^\./ }, ({ kind, importer, resolveDir, path }) => {
			const isOurs = kind === 'dynamic-import' && !importer.includes('node_modules');
			return isOurs ? { namespace: NAMESPACE, path: resolve(resolveDir, path) } : null;
		});
		build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => {
			const shared = TIERS.filter(({ unless }) => !unless.test(path)).map(({ module }) => resolve(module));
			const contents = [...shared.map((module) => `import ${quote(module)};`), `export * from ${quote(path)};`];
			return { contents: contents.join('\n'), resolveDir: dirname(path) };
		});
	},
};

const quote = (path: string): string => JSON.stringify(path);
