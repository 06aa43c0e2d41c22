import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { COMMANDS, type CommandSpec, tableOf } from '../../../src/cli/commands.ts';
import { describeCommands } from '../../../src/cli/completions/completion-model.ts';
import { writeBash } from '../../../src/cli/completions/write-bash.ts';
import { writeFish } from '../../../src/cli/completions/write-fish.ts';
import { writeZsh } from '../../../src/cli/completions/write-zsh.ts';
import { describe } from '../../helpers/suite.ts';
import { createSandbox, type Sandbox } from '../../helpers/verify-cli.ts';

const RUN = '019aa5d2-0000-7000-8000-000000000001';
let sandbox: Sandbox;

/** What bash offers behind these words; it parts words at `=` by itself. */
function complete(...words: string[]): string[] {
	const driver = `. ./verify.bash
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_verify
[ "\${#COMPREPLY[@]}" -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"`;
	const out = execFileSync('bash', ['--norc', '-uc', driver, 'bash', 'verify', ...words], {
		cwd: sandbox.folder,
		encoding: 'utf8',
	});
	return out.split('\n').filter((line) => line !== '');
}

describe('completions in bash', ({ test, before, after }) => {
	before(() => {
		sandbox = createSandbox({
			'prompts/deploy.md': '',
			'prompts/with blank.md': '',
			'prompts/notes.txt': '',
			'read.md': '',
			'policy.json': '',
			[`reports/${RUN}/run.json`]: '{}',
		});
		writeFileSync(sandbox.path('verify.bash'), writeBash(describeCommands()));
	});
	after(() => sandbox.remove());

	test('offer every command, and prompts, which need none', () => {
		const offered = complete('');
		for (const { name } of COMMANDS) assert.ok(offered.includes(name), name);
		assert.ok(offered.includes('read.md') && offered.includes('prompts') && !offered.includes('policy.json'));
		assert.equal(complete('exp'), ['explain']);
	});

	test('offer every option of every command', () => {
		for (const spec of COMMANDS as readonly CommandSpec[]) {
			const wanted = [...tableOf(spec), ...spec.options].flatMap(({ flag }) => flag.replace(/ [<[].*/, '').split(', '));
			assert.equal(complete(spec.name, '-').sort(), [...new Set([...wanted, '-h', '--help'])].sort(), spec.name);
		}
	});

	test('offer the options of a run where no command is named', () => {
		assert.equal(complete('read.md', '--ti'), ['--timeout']);
	});

	test('offer the choices of an option, also behind "="', () => {
		assert.equal(complete('run', '--stop', ''), ['first-failure', 'never']);
		assert.equal(complete('run', '--stop', '=', 'n'), ['never']);
		assert.equal(complete('run', '--stop', '='), ['first-failure', 'never']);
		assert.equal(complete('report', '--format', 'j'), ['json', 'junit']);
		assert.equal(complete('completions', ''), ['bash', 'zsh', 'fish']);
	});

	test('offer prompts with blanks, folders, files, and runs where they belong', () => {
		assert.equal(complete('lint', 'prompts/'), ['prompts/deploy.md', 'prompts/with blank.md']);
		assert.equal(complete('run', '--reports', 'r'), ['reports']);
		assert.equal(complete('gate', '--policy', 'pol'), ['policy.json']);
		assert.equal(complete('report', ''), ['latest', RUN]);
		assert.equal(complete('explain', '019'), [RUN]);
		assert.equal(complete('run', '--timeout', ''), []);
	});
});

describe('completions', ({ test, skip }) => {
	const scripts = { bash: writeBash, zsh: writeZsh, fish: writeFish } as const;
	for (const [shell, write] of Object.entries(scripts)) {
		test(`for ${shell} name each command and option`, () => {
			const script = write(describeCommands());
			for (const { name, options } of describeCommands()) {
				assert.ok(script.includes(name));
				for (const option of options.flatMap(({ names }) => names)) {
					const written = shell === 'fish' ? option.replace(/^--/, '-l ').replace(/^-(\w)$/, '-s $1') : option;
					assert.ok(script.includes(written), `${name} ${option}`);
				}
			}
		});
		const isThere = spawnSync(shell, ['--version']).error === undefined;
		if (isThere) {
			test(`for ${shell} are a script that it can read`, () => {
				const read = spawnSync(shell, ['-n'], { input: write(describeCommands()), encoding: 'utf8' });
				assert.equal([read.status, read.stderr], [0, '']);
			});
		} else skip(`for ${shell} are a script that it can read`, `${shell} is not installed`);
	}
});
