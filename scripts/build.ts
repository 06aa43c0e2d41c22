import { createHash } from 'node:crypto';
import { chmod, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { type BuildOptions, build } from 'esbuild';
import { globSync } from 'tinyglobby';
import { buildPage } from './build-page.ts';
import { emitTypes } from './emit-types.ts';
import { buildLazyModules, lazyModules } from './lazy-modules.ts';
import { tiers } from './tiers.ts';

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
	outdir: fresh,
	bundle: true,
	splitting: true,
	format: 'esm',
	platform: 'node',
	target: 'node20',
	chunkNames: 'chunks/[name]-[hash]',
	// Native modules and packages that locate a binary beside themselves can't be bundled.
	external: ['jiti', 'fs-native-extensions', '@vscode/ripgrep', 'bufferutil', 'utf-8-validate'],
	banner: { js: BANNER },
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
// What never runs in one process shares no files: each file that is loaded costs time.
await Promise.all([
	build({ ...common, entryPoints: { verify: 'src/cli/bin.ts' }, plugins: [tiers, lazyModules] }),
	buildLazyModules({ ...common, banner: {} }),
	build({ ...common, entryPoints: { 'facts-worker': 'src/cli/facts/facts-worker.ts' } }),
	build({ ...common, entryPoints: { remark: 'src/prompt/remark-verify-lint.ts' } }),
	build({ ...common, entryPoints: { client: 'src/library/client.ts', protocol: 'src/library/protocol.ts' } }),
]);
await writeFile(`${fresh}/page.json`, JSON.stringify(await buildPage()));
await chmod(`${fresh}/verify.js`, 0o755);
await emitTypes('src/library', ['library/client', 'library/protocol'], `${fresh}/types`);
await rm('dist', { recursive: true, force: true });
await rename(fresh, 'dist');

// Without it `npx verify` in this folder would pack and build the package at each call.
await rm('node_modules/.bin/verify', { force: true });
await symlink('../../dist/verify.js', 'node_modules/.bin/verify');
