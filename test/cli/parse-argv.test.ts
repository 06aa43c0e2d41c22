import * as assert from 'uvu/assert';
import { parseArgv, toRunFlags } from '../../src/cli/parse-argv.ts';
import { isAppError } from '../../src/core/errors.ts';
import { describe } from '../helpers/suite.ts';

const command = (...argv: string[]) => {
	const parsed = parseArgv(argv);
	if (parsed.kind !== 'command') throw new Error(parsed.kind);
	return parsed;
};
const usageOf = (...argv: string[]): string => {
	try {
		parseArgv(argv);
	} catch (error) {
		if (isAppError(error)) return `${error.code}: ${error.message} | ${error.advice}`;
		throw error;
	}
	return 'accepted';
};

describe('parseArgv()', ({ test }) => {
	test('runs prompts when no command is named', () => {
		assert.equal([command('a.md', 'b.md').name, command('a.md', 'b.md').args], ['run', ['a.md', 'b.md']]);
		assert.equal(command('run', 'a.md').args, ['a.md']);
	});
	test('takes options before and after the prompts', () => {
		assert.equal(toRunFlags(command('--jobs', '4', 'a.md', '--timeout', '30s').options), { jobs: '4', timeout: '30s' });
	});
	test('keeps names that look like numbers or flags', () => {
		assert.equal(command('gate', '007.md', '1e3', '--', '--odd.md').args, ['007.md', '1e3', '--odd.md']);
	});
	test('keeps values as they were written, also where they could be numbers', () => {
		assert.is(command('gate', 'a.md', '--since', '0012345').options.since, '0012345');
		assert.is(command('gate', 'a.md', '--since=1e5').options.since, '1e5');
		assert.equal(command('run', 'a.md', '--grep', '0x10', '--grep', '7.0').options.grep, ['0x10', '7.0']);
	});
	test('tells --no-write from no word about it', () => {
		assert.equal(toRunFlags(command('a.md', '--no-write').options), { write: false });
		assert.equal(toRunFlags(command('a.md').options), {});
	});
	test('collects a repeated option as text', () => {
		assert.equal(toRunFlags(command('a.md', '--error-pattern', 'x', '--error-pattern', '12').options), {
			errorPatterns: ['x', '12'],
		});
	});
	test('shows help for nothing, --help and -h, on the command that was named', () => {
		assert.equal(parseArgv([]), { kind: 'help', command: null });
		assert.equal(parseArgv(['gate', '--help']), { kind: 'help', command: 'gate' });
		assert.equal(parseArgv(['a.md', '-h']), { kind: 'help', command: null });
		assert.equal(parseArgv(['--version']), { kind: 'version' });
	});
	test('refuses an unknown option and offers the closest', () => {
		assert.match(usageOf('a.md', '--timout', '3s'), /^USAGE: .*--timout.*Did you mean --timeout\?/);
		assert.match(usageOf('gate', 'a.md', '--min-run=3'), /^USAGE: .*`--min-run` \| Did you mean --min-runs\?/);
	});
	test('names an unknown negated option as it was typed', () => {
		assert.match(usageOf('a.md', '--no-colour'), /^USAGE: .*`--no-colour` \| Did you mean --no-color\?/);
	});
	test('takes the word after an option for its value, also with a dash in front, unless it is an option itself', () => {
		const [key, file] = ['-9Zk_abc', 'run.intoto.jsonl'];
		const parsed = parseArgv(['attest', '--verify', file, '--public-key', key, '-o', 'out']);
		assert.equal(parsed.kind === 'command' && parsed.options, {
			publicKey: key,
			verify: file,
			output: 'out',
			o: 'out',
		});
		assert.is(command('a.md', '--timeout', '-3s').options.timeout, '-3s');
		assert.match(usageOf('attest', '--public-key', '-o', 'out'), /^USAGE: .*`--public-key <key>` value is missing/);
		assert.match(usageOf('a.md', '-3s'), /^USAGE: .*unknown option/);
		assert.equal(command('a.md', '--', '--timeout', '-3s').args, ['a.md', '--timeout', '-3s']);
	});
	test('refuses a missing value and missing arguments', () => {
		assert.match(usageOf('a.md', '--timeout'), /^USAGE: .*value is missing/);
		assert.match(
			usageOf('gate'),
			/^USAGE: Cannot gate: no prompt was named \| Name one, such as verify gate prompts\/\*\.md/,
		);
		assert.match(usageOf('find'), /^USAGE: Cannot find: no marker was named/);
		assert.match(usageOf('new', 'a', 'b'), /^USAGE: .*unused args/);
	});
});
