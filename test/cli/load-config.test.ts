import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Io } from '../../src/cli/io.ts';
import { loadConfig } from '../../src/cli/load-config.ts';
import { isAppError } from '../../src/core/errors.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

let sandbox: Sandbox;
const io = (cwd: string): Io => ({
	out: () => {},
	err: () => {},
	isErrTty: false,
	isOutTty: false,
	columns: 80,
	env: {},
	cwd,
});

describe('loadConfig()', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	test('finds verify.config.json from a folder below', async () => {
		sandbox.write('verify.config.json', '{ "timeout": "7s" }');
		mkdirSync(sandbox.path('a/b'), { recursive: true });
		assert.is((await loadConfig({}, io(sandbox.path('a/b')))).timeoutMs, 7000);
	});
	test('takes the key verify of package.json', async () => {
		sandbox.write('package.json', '{ "name": "x", "verify": { "jobs": 3 } }');
		assert.is((await loadConfig({}, io(sandbox.folder))).jobs, 3);
	});
	test('reads the file that is named, and says when there is none', async () => {
		writeFileSync(join(sandbox.folder, 'other.json'), '{ "retries": 4 }');
		assert.is((await loadConfig({}, io(sandbox.folder), sandbox.path('other.json'))).retries, 4);
		const error = await rejection(loadConfig({}, io(sandbox.folder), sandbox.path('none.json')));
		assert.ok(isAppError(error) && error.code === 'CONFIG_INVALID' && error.message.includes('none.json'));
	});
});

describe('a config that can not be read', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	for (const [file, text] of [
		['verify.config.json', '{ "timeout": "7s", '],
		['package.json', '{ "verify": '],
		['verify.config.yaml', 'timeout: [7s'],
		['verify.config.mjs', 'export default {'],
		['verify.config.cjs', 'throw new Error("no");'],
		['verify.config.ts', 'const x: = 1;'],
	] as const) {
		test(`names ${file} and what to do`, async () => {
			sandbox.write(file, text);
			const error = await rejection(loadConfig({}, io(sandbox.folder)));
			assert.ok(isAppError(error));
			assert.is(error.code, 'CONFIG_INVALID');
			assert.ok(error.message.startsWith(`Cannot read the config of ${sandbox.path(file)}: `), error.message);
			assert.match(error.advice ?? '', /--config <file>/);
		});
	}
	test('names a folder that was given for it', async () => {
		const error = await rejection(loadConfig({}, io(sandbox.folder), sandbox.folder));
		assert.ok(isAppError(error) && error.message.includes(sandbox.folder));
	});
});

describe('findConfigFile()', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	for (const [file, text] of [
		['verify.config.js', 'export default { retries: 1 + 1 };'],
		['verify.config.mjs', 'export default { retries: 2 };'],
		['verify.config.cjs', 'module.exports = { retries: 2 };'],
		['verify.config.ts', 'const retries: number = 2;\nexport default { retries } satisfies { retries: number };'],
		['verify.config.yaml', '# As in front matter\nretries: 2\n'],
		['verify.config.yml', 'retries: 2'],
		['verify.config.json', '{ "$schema": "./x.json", "retries": 2 }'],
	] as const) {
		test(`reads ${file} from a folder below`, async () => {
			sandbox.write('package.json', '{ "type": "module" }');
			sandbox.write(file, text);
			mkdirSync(sandbox.path('below'));
			assert.is((await loadConfig({}, io(sandbox.path('below')))).retries, 2);
		});
	}

	test('says where a YAML config is wrong', async () => {
		sandbox.write('verify.config.yaml', 'retries: 2\n  jobs: [\n');
		const error = await rejection(loadConfig({}, io(sandbox.folder)));
		assert.ok(isAppError(error) && error.code === 'CONFIG_INVALID' && /line \d/.test(error.message), String(error));
	});
	test('says when a program exports nothing, or throws', async () => {
		sandbox.write('verify.config.mjs', 'export const retries = 2;');
		const nothing = await rejection(loadConfig({}, io(sandbox.folder)));
		assert.ok(isAppError(nothing) && /no default export/.test(nothing.message) && nothing.advice !== undefined);
		sandbox.write('broken.mjs', 'throw new Error("too early");');
		const broken = await rejection(loadConfig({}, io(sandbox.folder), sandbox.path('broken.mjs')));
		assert.ok(isAppError(broken) && broken.code === 'CONFIG_INVALID' && /too early/.test(broken.message));
	});
});
