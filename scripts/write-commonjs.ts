import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type OutputFile, transform } from 'esbuild';

/** What stands in the bundles for `import.meta.url`, which CommonJS does not have. */
export const FILE_URL = '__fileUrl';

/**
 * Writes bundles of ES modules as CommonJS, which Node starts faster: its loader of ES modules costs 8 ms before the first of them, and
 * each module of Node's own that one imports is set up with all that it has. esbuild splits ES modules only, so this comes second.
 *
 * @param files - What esbuild built, with `import.meta.url` defined as {@link FILE_URL}. They load each other; what else they load by
 * `import()` stays a module, such as a user's config.
 */
export async function writeCommonJs(files: readonly OutputFile[]): Promise<void> {
	const names = new Set(files.map(({ path }) => basename(path)));
	for (const { path, text } of files) {
		const { code } = await transform(text, {
			format: 'cjs',
			target: 'node20',
			minifySyntax: true,
			minifyWhitespace: true,
			banner: text.includes(FILE_URL) ? `const ${FILE_URL}=require("node:url").pathToFileURL(__filename).href;` : '',
		});
		const required = code.replace(/\bimport\("(\.[^"]*)"\)/g, (whole, file: string) =>
			names.has(basename(file)) ? `Promise.resolve().then(()=>require("${file}"))` : whole,
		);
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, required);
	}
}
