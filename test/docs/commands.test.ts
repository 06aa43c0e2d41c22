import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

const PAGES = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((name) => `docs/${name}`)];

// What a fresh clone needs first is what got this test to run.
const withoutInstall = (line: string): string => line.replace(/^(git clone .*|npm ci)( && |$)/, '');
// A whole suite of this repository can't run inside itself.
const isWholeSuite = (line: string): boolean => /^npm (test|run (ok|bench)\b.*)$/.test(line);

/** Each line of a block marked `sh`, with the first page that has it: by our convention what a reader is to type; samples are marked `text`. */
const COMMANDS = new Map(
	PAGES.filter((page) => page.endsWith('.md'))
		.flatMap((page) =>
			[...readFileSync(page, 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => ({
				page,
				block: match[1] ?? '',
			})),
		)
		.flatMap(({ page, block }) =>
			block.split('\n').map((line) => [withoutInstall(line.replace(/\s+#.*$/, '').trim()), page] as const),
		)
		.filter(([line]) => line !== '')
		.reverse(),
);

let sandbox: Sandbox;

describe('a documented command', ({ test, before, after }) => {
	before(() => {
		sandbox = createSandbox();
		for (const part of [
			'prompts',
			'templates',
			'package-lock.json',
			'README.md',
			'scripts',
			'src',
			'docs',
			'tsconfig.base.json',
			'tsconfig.pure.json',
			'biome.json',
		]) {
			cpSync(part, sandbox.path(part), { recursive: true });
		}
		// `npx` installs the package of the folder that it is called in as a link, and would build it anew each time.
		const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
		delete manifest.scripts.prepare;
		sandbox.write('package.json', JSON.stringify(manifest, null, '\t'));
		for (const part of ['node_modules', 'dist', '.git']) symlinkSync(resolve(part), sandbox.path(part));
	});
	after(() => sandbox.remove());

	for (const [line, page] of COMMANDS) {
		if (isWholeSuite(line)) {
			test(`of ${page} is a script of the package: ${line}`, () => {
				const script = /^npm (?:run )?(\S+)/.exec(line)?.[1] ?? '';
				const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
				assert.ok(scripts[script], script);
			});
			continue;
		}
		test(`of ${page} works as written: ${line}`, () => {
			execFileSync('sh', ['-c', line], {
				cwd: sandbox.folder,
				stdio: 'pipe',
				timeout: 50_000,
				env: {
					...process.env,
					PATH: `${resolve('node_modules/.bin')}:${process.env.PATH}`,
					XDG_STATE_HOME: sandbox.path('.state'),
				},
			});
		});
	}
});
