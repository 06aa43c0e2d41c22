import * as assert from 'uvu/assert';
import { parseArgv } from '../../src/cli/parse-argv.ts';
import { formatRerunOptions } from '../../src/cli/rerun-options.ts';
import { describe } from '../helpers/suite.ts';

const rerun = (...argv: string[]): string => {
	const parsed = parseArgv(['run', 'a.md', ...argv]);
	return parsed.kind === 'command' ? formatRerunOptions(parsed.options) : parsed.kind;
};

describe('formatRerunOptions()', ({ test }) => {
	test('is empty where nothing was typed that a step needs', () => {
		assert.is(rerun(), '');
		assert.is(rerun('--jobs', '4', '--grep', 'x', '--verbose', '--repeat', '2'), '');
	});
	test('keeps what changes how a step ends, what proves it and what is written', () => {
		assert.is(
			rerun('--timeout', '2s', '--executor', 'ws://127.0.0.1:8003/ws/mcp', '--evidence', 'bound', '--no-write'),
			'--executor ws://127.0.0.1:8003/ws/mcp --timeout 2s --evidence bound --no-write',
		);
		assert.is(rerun('--config', 'ci/verify.json'), '--config ci/verify.json');
	});
	test('repeats what was given several times, quoted for a shell', () => {
		assert.is(
			rerun('--error-pattern', "can't open", '--error-pattern', '/^E\\d+/'),
			"--error-pattern 'can'\\''t open' --error-pattern '/^E\\d+/'",
		);
	});
	test('gives words that are read as the same options', () => {
		const words = rerun('--stall', '0', '--retries', '2').split(' ');
		assert.is(rerun(...words), words.join(' '));
	});
});
