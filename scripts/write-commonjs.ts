import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { type OutputFile, transform } from 'esbuild';

/** What stands in the bundles for `import.meta.url`, which CommonJS does not have. */
export const FILE_URL = '__fileUrl';

/** What stands in them for `import()` of anything outside: code that V8 kept compiled has lost how to call it. */
const IMPORT = '__import';

/** Loaded by Node itself, as its ending says, and so never kept. */
const IMPORTER = 'import.cjs';

/**
 * Writes bundles of ES modules as CommonJS, which Node starts faster: its loader of ES modules costs 8 ms before the first of them, and
 * each module of Node's own that one imports is set up with all that it has. esbuild splits ES modules only, so this comes second.
 *
 * @param files - What esbuild built, with `import.meta.url` defined as {@link FILE_URL}. They load each other; what else they load by
 * `import()` stays a module, such as a user's config.
 * @param folder - The one that all of them lie in.
 */
export async function writeCommonJs(files: readonly OutputFile[], folder: string): Promise<void> {
	const names = new Set(files.map(({ path }) => basename(path)));
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, IMPORTER), 'module.exports = (specifier) => import(specifier);\n');
	for (const { path, text } of files) {
		const source = redirectImports(text, names);
		const importer = relative(dirname(path), join(folder, IMPORTER));
		const definitions = {
			[FILE_URL]: 'require("node:url").pathToFileURL(__filename).href',
			[IMPORT]: `require("./${importer}")`,
		};
		const used = Object.entries(definitions).filter(([name]) => source.includes(name));
		const { code } = await transform(source, {
			format: 'cjs',
			target: 'node20',
			minifySyntax: true,
			minifyWhitespace: true,
			banner: used.map(([name, value]) => `const ${name}=${value};`).join(''),
		});
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, code);
	}
}

/** @param names - The files that can be required; an `import()` of what is none of them is left to Node. */
const redirectImports = (text: string, names: ReadonlySet<string>): string =>
	text
		.replace(/(?<![.\w$])import\("(\.[^"]*)"\)/g, (whole, file: string) =>
			names.has(basename(file)) ? `Promise.resolve().then(()=>require("${file}"))` : whole,
		)
		.replace(/(?<![.\w$])import\(/g, `${IMPORT}(`);
