import { createHash } from 'node:crypto';
import { chmod, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { type BuildOptions, build } from 'esbuild';
import { globSync } from 'tinyglobby';
import { buildPage } from './build-page.ts';
import { emitTypes } from './emit-types.ts';
import { buildLazyModules, lazyModules } from './lazy-modules.ts';
import { tiers } from './tiers.ts';
import { FILE_URL, writeCommonJs } from './write-commonjs.ts';

// Some bundled packages are CommonJS: they call require() for Node's own modules and ask for their own place.
const BANNER = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
// What is remembered of prompts holds for exactly these sources and packages.
const sources = createHash('sha256');
for (const path of ['package-lock.json', ...globSync(['src/**/*.ts']).sort()]) sources.update(await readFile(path));
// Built beside and then put in place, so that a program which is running from it loses nothing but its old parts.
const fresh = `.build/dist-${process.pid}`;
const common: BuildOptions = {
	bundle: true,
	format: 'esm',
	platform: 'node',
	target: 'node20',
	chunkNames: 'chunks/[name]-[hash]',
	// Native modules and packages that locate a binary beside themselves can't be bundled.
	external: ['jiti', 'fs-native-extensions', '@vscode/ripgrep', 'bufferutil', 'utf-8-validate'],
	define: {
		TENFOLD_VERSION: JSON.stringify(version),
		TENFOLD_SOURCES: JSON.stringify(sources.digest('hex').slice(0, 16)),
	},
	sourcemap: false,
	// Names stay: errors are known by theirs, and keeping them by a call for each function costs more than the bytes.
	minifySyntax: true,
	minifyWhitespace: true,
	logLevel: 'warning',
};
await Promise.all([buildProgram(), buildLibrary(`${fresh}/library`)]);
await writeFile(`${fresh}/page.json`, JSON.stringify(await buildPage()));
await chmod(`${fresh}/verify.js`, 0o755);
await rm('dist', { recursive: true, force: true });
await rename(fresh, 'dist');

// Without it `npx verify` in this folder would pack and build the package at each call.
await rm('node_modules/.bin/verify', { force: true });
await symlink('../../dist/verify.js', 'node_modules/.bin/verify');

/** The command. What loads it and its thread share nothing with it: the fewer files, the faster the start. */
async function buildProgram(): Promise<void> {
	const options = { ...common, outdir: fresh, define: { ...common.define, 'import.meta.url': FILE_URL } };
	const { outputFiles } = await build({
		...options,
		entryPoints: { program: 'src/cli/program.ts' },
		splitting: true,
		plugins: [tiers, lazyModules],
		write: false,
	});
	await writeCommonJs(outputFiles, fresh);
	await writeFile(`${fresh}/package.json`, JSON.stringify({ type: 'commonjs' }));
	await buildLazyModules(options);
	const alone = { verify: 'src/cli/bin.ts', 'facts-worker': 'src/cli/facts/facts-worker.ts' };
	await writeCommonJs((await build({ ...options, entryPoints: alone, write: false })).outputFiles, fresh);
}

/** What other programs import. */
async function buildLibrary(outdir: string): Promise<void> {
	const options = { ...common, outdir, splitting: true, banner: { js: BANNER } };
	await build({ ...options, entryPoints: { remark: 'src/prompt/remark-verify-lint.ts' } });
	await build({ ...options, entryPoints: { client: 'src/library/client.ts', protocol: 'src/library/protocol.ts' } });
	await writeFile(`${outdir}/package.json`, JSON.stringify({ type: 'module' }));
	await emitTypes('src/library', ['library/client', 'library/protocol'], `${outdir}/types`);
}
