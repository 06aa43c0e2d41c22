import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { describe } from '../helpers/suite.ts';

const FILES = {
	'program.js': `require('./chunk-log.js').log('program'); require('./import.cjs')('node:path').then(({ basename }) => require('./parts/greet.js').greet(basename('/a/b')));`,
	'import.cjs': `module.exports = (specifier) => import(specifier);`,
	'chunk-log.js': `exports.log = (text) => console.log(text);`,
	'parts/greet.js': `const { log } = require('../chunk-log.js'); require('../chunk-once.js'); require('../chunk-once.js'); exports.greet = (name) => log('Hello ' + name + ' on ' + require('node:os').EOL.length);`,
	'chunk-once.js': `console.log('once in ' + require('node:path').basename(__dirname) + ' ' + require('node:path').basename(__filename));`,
};

describe('loadProgram()', ({ test, before, beforeEach, afterEach }) => {
	let loader: string;
	let root: string;
	let cache: string;
	before(async () => {
		loader = await bundleProgram('test/fixtures/programs/load-program.ts');
	});
	beforeEach(() => {
		root = mkdtempSync(join(tmpdir(), 'verify-load-'));
		cache = join(root, 'kept');
		mkdirSync(join(root, 'app', 'parts'), { recursive: true });
		for (const [name, text] of Object.entries(FILES)) writeFileSync(join(root, 'app', name), text);
	});
	afterEach(() => rmSync(root, { recursive: true, force: true }));

	const start = (): string =>
		execFileSync(process.execPath, [loader, join(root, 'app', 'program.js'), cache], { encoding: 'utf8' });
	const kept = (): string[] =>
		readdirSync(cache, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map(({ name }) => name)
			.sort();
	const pathOf = (name: string): string => join(cache, `${process.version}-${process.arch}`, 'greet.js', name);
	const TOLD = 'program\nonce in app chunk-once.js\nHello b on 1\n';

	test('runs files that require each other, each once, and leaves to Node what is not theirs', () => {
		assert.is(start(), TOLD);
	});

	test('keeps what was compiled from the command on, by its name, and uses it', () => {
		start();
		assert.equal(kept(), ['chunk-once.js', 'greet.js']);
		const made = kept().map((name) => statSync(pathOf(name)).mtimeMs);
		assert.is(start(), TOLD);
		assert.equal(
			kept().map((name) => statSync(pathOf(name)).mtimeMs),
			made,
		);
	});

	test('makes anew what is no longer whole', () => {
		start();
		const whole = readFileSync(pathOf('greet.js'));
		for (const broken of [
			Buffer.alloc(whole.length),
			whole.subarray(0, whole.length / 2),
			whole.map((byte) => byte ^ 1),
		]) {
			writeFileSync(pathOf('greet.js'), broken);
			assert.is(start(), TOLD);
			assert.is(readFileSync(pathOf('greet.js')).length, whole.length);
		}
	});

	test('does not take one source for another of the same length', () => {
		start();
		writeFileSync(join(root, 'app', 'parts', 'greet.js'), FILES['parts/greet.js'].replace('Hello', 'Howdy'));
		assert.is(start(), TOLD.replace('Hello', 'Howdy'));
	});

	test('compiles each time where nothing can be kept', () => {
		writeFileSync(cache, 'a file');
		assert.is(start(), TOLD);
		assert.is(start(), TOLD);
	});
});
