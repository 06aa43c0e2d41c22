import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { createProgramFinder } from '../../src/host/find-program.ts';
import { describe } from '../helpers/suite.ts';

describe('createProgramFinder()', ({ test, before, after }) => {
	let root = '';
	const folder = (name: string): string => join(root, name);
	const write = (path: string, mode: number): void => {
		writeFileSync(path, '#!/bin/sh\n');
		chmodSync(path, mode);
	};

	before(() => {
		root = mkdtempSync(join(tmpdir(), 'programs-'));
		for (const name of ['empty', 'plain', 'nested', 'first', 'second']) mkdirSync(folder(name));
		write(join(folder('plain'), 'tool'), 0o644);
		mkdirSync(join(folder('nested'), 'tool'));
		write(join(folder('first'), 'tool'), 0o755);
		write(join(folder('second'), 'tool'), 0o755);
	});
	after(() => rmSync(root, { recursive: true, force: true }));

	const searchPath = (...names: string[]): string => names.map(folder).join(':');

	test('finds the first file that may be executed, past folders without it, files without that right, and folders of its name', () => {
		const path = searchPath('missing', 'empty', 'nested', 'plain', 'first', 'second');
		// Root may execute nothing that nobody may.
		assert.is(createProgramFinder().find('tool', path), join(folder('first'), 'tool'));
		assert.is(createProgramFinder().find('tool', searchPath('second', 'first')), join(folder('second'), 'tool'));
	});

	test('gives back the name where it is a path, where nobody has it, and where a relative folder comes before it', () => {
		const { find } = createProgramFinder();
		assert.is(find('./tool', searchPath('first')), './tool');
		assert.is(find('tool', searchPath('empty')), 'tool');
		assert.is(find('tool', ''), 'tool');
		assert.is(find('tool', `bin:${searchPath('first')}`), 'tool');
		assert.is(find('tool', `${searchPath('first')}:bin`), join(folder('first'), 'tool'));
	});

	test('remembers what it found for a search path until told to forget it', () => {
		const { find, forget } = createProgramFinder();
		const path = searchPath('late', 'second');
		assert.is(find('tool', path), join(folder('second'), 'tool'));
		mkdirSync(folder('late'));
		write(join(folder('late'), 'tool'), 0o755);
		assert.is(find('tool', path), join(folder('second'), 'tool'));
		forget('tool', path);
		assert.is(find('tool', path), join(folder('late'), 'tool'));
	});
});
