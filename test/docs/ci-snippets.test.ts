import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { parseArgv } from '../../src/cli/parse-argv.ts';
import { readAction } from '../helpers/composite-action.ts';
import { describe } from '../helpers/suite.ts';
import { createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

const PAGE = readFileSync('docs/ci.md', 'utf8');
const fences = (language: string): string[] =>
	[...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);

const SNIPPETS = fences('yaml').map((text) => parse(text));
/** Whatever a CI server would run, wherever it stands in a snippet. */
const scriptsIn = (value: unknown, key = ''): string[] => {
	if (typeof value === 'string') return ['run', 'script', 'before_script', 'entry'].includes(key) ? [value] : [];
	if (Array.isArray(value)) return value.flatMap((item) => scriptsIn(item, key));
	return Object.entries(value ?? {}).flatMap(([name, item]) => scriptsIn(item, name));
};
const JENKINS = fences('groovy').flatMap((text) => [...text.matchAll(/sh '([^']*)'/g)].map(([, line = '']) => line));
const COMMANDS = [...new Set([...SNIPPETS.flatMap((snippet) => scriptsIn(snippet)), ...JENKINS])];

interface Hook {
	readonly id: string;
	readonly entry: string;
	readonly files: string;
}
const HOOKS = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8')) as readonly Hook[];

let sandbox: Sandbox;

/** Runs a command as written, `npx verify` being this build. */
const runHere = (line: string): void => {
	execFileSync('sh', ['-c', line.replace(/^(npx )?verify /, `${process.execPath} ${resolve('dist/verify.js')} `)], {
		cwd: sandbox.folder,
		stdio: 'pipe',
		timeout: 50_000,
	});
};

describe('a snippet of docs/ci.md', ({ test, before, after }) => {
	before(() => {
		sandbox = createSandbox();
		cpSync('prompts/shell-basics.md', sandbox.path('prompts/shell-basics.md'), { recursive: true });
	});
	after(() => sandbox.remove());

	test('is there for each server, and says what to run', () => {
		assert.is(SNIPPETS.length, 5);
		assert.ok(COMMANDS.length >= 5, COMMANDS.join('\n'));
	});
	for (const line of COMMANDS) {
		test(`runs what exists: ${line}`, () => {
			if (line === 'npm ci') return;
			// A hook gets the files of the commit as arguments.
			const whole = line.endsWith(' lint') ? `${line} prompts/shell-basics.md` : line;
			const [, words = ''] = /^npx verify (.*)$/.exec(whole) ?? [];
			assert.is(parseArgv(words.split(' ')).kind, 'command');
			runHere(whole);
		});
	}
	test('gives the action only inputs that it has', () => {
		const used = SNIPPETS.flatMap((snippet) => snippet.jobs?.verify?.steps ?? []).find(({ uses }) =>
			uses?.startsWith('tenfold/'),
		);
		assert.equal(
			Object.keys(used.with).filter((name) => !(name in readAction().inputs)),
			[],
		);
	});
	test('names only hooks that .pre-commit-hooks.yaml has', () => {
		const ids = SNIPPETS.flatMap((snippet) => snippet.repos ?? [])
			.filter(({ repo }) => repo !== 'local')
			.flatMap(({ hooks }) => hooks.map(({ id }: { id: string }) => id));
		assert.equal(
			ids,
			HOOKS.map(({ id }) => id),
		);
	});
});

describe('.pre-commit-hooks.yaml', ({ test, before, after }) => {
	before(() => {
		sandbox = createSandbox();
		cpSync('prompts/shell-basics.md', sandbox.path('prompts/shell-basics.md'), { recursive: true });
	});
	after(() => sandbox.remove());

	for (const { id, entry, files } of HOOKS) {
		test(`has a hook that works: ${id}`, () => {
			assert.ok(new RegExp(files).test('prompts/shell-basics.md'));
			runHere(`${entry} prompts/shell-basics.md`);
		});
	}
});
