import { dirname, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** Modules that are loaded together, each with all that it imports. */
interface Tier {
	readonly modules: readonly string[];
	/** Parts of the program that need next to nothing of it. */
	readonly unless: readonly string[];
}

/** Commands that need a prompt at most. */
const TEXTS = ['completions', 'new'].map(toCommand);

/** Commands that look at no run. */
const READERS = ['badge', 'find', 'lint', 'show'].map(toCommand);

/**
 * What parts of the program have in common, from what all need to what only those need that have to do with runs.
 *
 * A part is what an `import()` of ours loads. esbuild makes a file for each set of parts that use the same modules, and there are dozens of
 * such sets. To find, read and link a file takes Node a millisecond, as long as to compile 30 kB. So each part takes a little more than it
 * needs: what a run starts with comes in 10 files instead of 73.
 */
const TIERS: readonly Tier[] = [
	{ modules: ['src/cli/main.ts'], unless: [] },
	{ modules: [toCommand('show')], unless: TEXTS },
	{ modules: [toCommand('run')], unless: [...TEXTS, ...READERS] },
];

const NAMESPACE = 'part';

/** Has each part that is loaded later import its tiers, so that each of those falls into one file. */
export const tiers: Plugin = {
	name: 'tiers',
	setup(build) {
		build.onResolve({ filter: /^\./ }, ({ kind, importer, resolveDir, path }) => {
			const isOurs = kind === 'dynamic-import' && !importer.includes('node_modules');
			return isOurs ? { namespace: NAMESPACE, path: resolve(resolveDir, path) } : null;
		});
		build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => {
			const shared = TIERS.filter(({ unless }) => !unless.some((module) => resolve(module) === path));
			const modules = shared.flatMap((tier) => tier.modules).map((module) => resolve(module));
			const contents = [...modules.map((module) => `import ${quote(module)};`), `export * from ${quote(path)};`];
			return { contents: contents.join('\n'), resolveDir: dirname(path) };
		});
	},
};

function toCommand(name: string): string {
	return `src/cli/commands/${name}.ts`;
}

const quote = (path: string): string => JSON.stringify(path);
