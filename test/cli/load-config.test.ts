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
