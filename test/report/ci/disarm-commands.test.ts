import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { disarmCommands } from '../../../src/report/ci/disarm-commands.ts';
import { check } from '../../helpers/check.ts';
import { hostileText } from '../../helpers/hostile-text.ts';
import { commandsIn } from '../../helpers/runner-grammar.ts';
import { describe } from '../../helpers/suite.ts';

describe('disarmCommands()', ({ test }) => {
	test('puts a backslash before what a runner would read as a command', () => {
		assert.is(disarmCommands('::error::x'), '\\::error::x');
		assert.is(disarmCommands('  ::stop-commands::x'), '  \\::stop-commands::x');
		assert.is(disarmCommands('a ##[add-mask]x'), 'a ##\\[add-mask]x');
		assert.is(disarmCommands('one\n::group::two\r::endgroup::'), 'one\n\\::group::two\r\\::endgroup::');
		assert.is(disarmCommands(':\n::error::x'), ':\n\\::error::x');
	});
	test('sees through characters that a comparison by culture passes over', () => {
		for (const unseen of ['\u00ad', '\u200b', '\ufeff', '\0', '\ufe0f', '\u{e0041}']) {
			assert.equal(commandsIn(disarmCommands(`${unseen}:${unseen}:error::x`)), []);
			assert.equal(commandsIn(disarmCommands(`a #${unseen}#${unseen}[error]x`)), []);
		}
	});
	test('leaves alone what no runner reads', () => {
		for (const text of ['a::b', 'std::vector', '## heading', '#[derive]', 'x ::error::', '{"a":"::error::"}', '']) {
			assert.is(disarmCommands(text), text);
		}
	});
	test('leaves no command in any text', () => {
		check(
			fc.property(hostileText(), (text) => assert.equal(commandsIn(disarmCommands(text)), [])),
			{ numRuns: 5000 },
		);
	});
	test('keeps the value of every JSON, and leaves no command in it', () => {
		check(
			fc.property(fc.dictionary(hostileText(), hostileText(), { minKeys: 1 }), fc.boolean(), (value, isPretty) => {
				const json = disarmCommands(JSON.stringify(value, null, isPretty ? '\t' : undefined));
				assert.is(JSON.stringify(JSON.parse(json)), JSON.stringify(value));
				assert.equal(commandsIn(json), []);
			}),
		);
	});
	test('takes time in proportion to the text', () => {
		const start = performance.now();
		for (const part of [' ', '#', '\u200b', '\n', ':\u200b', '#\u200b', '\n '])
			disarmCommands(`${part.repeat(200_000)}:#`);
		assert.ok(performance.now() - start < 3000);
	});
});
