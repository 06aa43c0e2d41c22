import * as assert from 'uvu/assert';
import { COMMANDS } from '../../src/cli/commands.ts';
import { formatHelp } from '../../src/cli/format-help.ts';
import { OPTIONS } from '../../src/config/options.ts';
import { describe } from '../helpers/suite.ts';

describe('formatHelp()', ({ test }) => {
	test('names every command, every option of a run and every exit code', () => {
		const text = formatHelp(null, 100);
		for (const { name } of COMMANDS) assert.match(text, `  ${name}`);
		for (const { flag } of OPTIONS) assert.match(text, flag);
		for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 70, 130]) assert.match(text, new RegExp(`^ +${code} +[a-z]`, 'm'));
	});
	test('shows for each command its options and examples', () => {
		for (const spec of COMMANDS) {
			const text = formatHelp(spec.name, 100);
			for (const { flag } of spec.options) assert.match(text, flag);
			for (const example of spec.examples) assert.match(text, example);
		}
	});
	test('fits the screen', () => {
		for (const columns of [60, 80, 100, 200]) {
			const longest = Math.max(
				...[formatHelp('gate', columns), formatHelp(null, columns)]
					.map((text) => text.slice(0, text.indexOf('\nExamples')))
					.flatMap((text) => text.split('\n'))
					.map((line) => line.length),
			);
			assert.ok(longest <= Math.min(120, columns), `${longest} at ${columns}`);
		}
	});
});
