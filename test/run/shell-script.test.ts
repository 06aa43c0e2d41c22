import { execFileSync, spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { StepCommand } from '../../src/prompt/prompt.ts';
import { buildScript, chooseShell, fillPlaceholders } from '../../src/run/shell-script.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

// Written in two parts, so that it can't be taken for a template's placeholder.
const REFERENCE = ['$', '{VERIFY_MARKER}'].join('');
const point = { line: 1, column: 1, offset: 0 };
const command = (text: string, language: string | null = null): StepCommand => ({
	text,
	line: 1,
	form: 'fence',
	language,
	span: { start: point, end: point },
});
const env = {
	PATH: process.env.PATH ?? '',
	VERIFY_MARKER: 'MARKER_x',
	IMPLEMENTATION: '/tmp/a b.py',
	IMPLEMENTATION_2: '/tmp/2',
};
const runSh = (script: string): string => execFileSync('sh', ['-c', script], { encoding: 'utf8', env });

describe('buildScript()', ({ test }) => {
	test('runs several commands in order in one shell', () => {
		assert.is(runSh(buildScript([command('x=1'), command('echo $x')])), '1\n');
	});
	test('ends with the exit code of the first command that fails', () => {
		const result = spawnSync('sh', [
			'-c',
			buildScript([command('exit_with() { return $1; }'), command('exit_with 3'), command('echo no')]),
		]);
		assert.is(result.status, 3);
		assert.is(result.stdout.toString(), '');
	});
	test('keeps the shell rules inside one command', () => {
		assert.is(runSh(buildScript([command('false\necho still here')])), 'still here\n');
	});
	test('leaves heredocs whole', () => {
		assert.is(runSh(buildScript([command('cat <<EOF\n$((1+1))\nEOF'), command('echo after')])), '2\nafter\n');
	});
});

describe('chooseShell()', ({ test }) => {
	test('takes the first fence that names a shell of its own', () => {
		assert.is(chooseShell([command('a', 'sh'), command('b', 'bash')], 'sh'), 'bash');
		assert.is(chooseShell([command('a', 'sh'), command('b', 'console'), command('c')], 'dash'), 'dash');
	});
});

describe('fillPlaceholders()', ({ test }) => {
	test('expands to the same value bare, in double and in single quotes', () => {
		const script = fillPlaceholders(`printf '%s\\n' {{marker}} "<{{marker}}>" '<{{ marker }}>'`);
		assert.is(runSh(script), 'MARKER_x\n<MARKER_x>\n<MARKER_x>\n');
	});
	test('keeps a path with blanks one word', () => {
		assert.is(
			runSh(fillPlaceholders(`printf '[%s]' {{implementation}} '{{implementation_2}}'`)),
			'[/tmp/a b.py][/tmp/2]',
		);
	});
	test('leaves other braces alone', () => {
		for (const text of ['echo {{name}}', `docker ps --format '{{.Names}}'`, '{{', 'a{{marke}}r']) {
			assert.is(fillPlaceholders(text), text);
		}
	});
	test('puts no marker into the text, wherever the placeholder stands', () => {
		check(
			fc.property(fc.array(fc.constantFrom("'", '"', '\\', '{{marker}}', 'a', ' ')), (parts) => {
				const filled = fillPlaceholders(parts.join(''));
				assert.is(
					filled.split(REFERENCE).length - 1 + (filled.match(/\{\{marker\}\}/g)?.length ?? 0),
					parts.filter((part) => part === '{{marker}}').length,
				);
			}),
		);
	});
});
