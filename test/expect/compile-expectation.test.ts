import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { compileExpectation } from '../../src/expect/compile-expectation.ts';
import { describeExpectation } from '../../src/expect/describe-expectation.ts';
import { describe } from '../helpers/suite.ts';
import { fence, span, words } from './samples.ts';

const rules = (expectation: { problems: readonly { ruleId: string; severity: string }[] }): string[] =>
	expectation.problems.map(({ ruleId, severity }) => `${ruleId} ${severity}`);

describe('compileExpectation()', ({ test }) => {
	test('expects exit code 0 of a step without expectation, and nothing else', () => {
		const expectation = compileExpectation({ parts: [], stream: 'combined' });
		assert.equal(expectation, { matchers: [], exitCodes: [0], checkedBy: 'exit-code', problems: [] });
	});

	for (const [name, expectation, words] of [
		['a bare fence', fence('a\nb', null), 'exit code 0; 2 lines'],
		['a fence with elision', fence('a\n...'), 'exit code 0; 1 line among others'],
		['an empty fence', fence(''), 'exit code 0; no output'],
		['a fence of another language', fence('<a/>', 'html'), 'exit code 0; 1 line'],
		['a json fence', fence('{"a":1}', 'json'), 'exit code 0; JSON with the expected value'],
		['a schema fence', fence('{}', 'json-schema'), 'exit code 0; JSON that fits the schema'],
		['Match: exact', fence('a (glob)', 'text', { match: 'exact' }), 'exit code 0; 1 line exactly'],
		['Match: contains', fence('a\nb', 'text', { match: 'contains' }), 'exit code 0; contains "a\\nb"'],
		['Match: unordered', fence('a\nb', 'text', { match: 'unordered' }), 'exit code 0; 2 lines in any order'],
		['Match: regex', fence('a.b', 'text', { match: 'regex' }), 'exit code 0; matches /a.b/'],
		['Match: json', fence('[1]', 'text', { match: 'json' }), 'exit code 0; JSON with the expected value'],
		['stderr', fence('a', 'text', { stream: 'stderr' }), 'exit code 0; 1 line on stderr'],
		['exit codes', fence('a', 'text', { exitCodes: [1, 2] }), 'exit code 1 or 2; 1 line'],
	] as const) {
		test(`compiles ${name}`, () => {
			assert.is(describeExpectation(expectation), words);
			assert.equal(expectation.problems, []);
			assert.is(expectation.checkedBy, 'output');
		});
	}

	test('reads inline code as text or as a regular expression', () => {
		assert.is(describeExpectation(words('`ok` and `/^v\\d+/m`')), 'exit code 0; contains "ok"; matches /^v\\d+/m');
	});

	test('joins inline code to lines where Match compares lines', () => {
		assert.is(describeExpectation(words('`a` `b`', { match: 'unordered' })), 'exit code 0; 2 lines in any order');
		assert.is(describeExpectation(words('`a*b (glob)`', { match: 'lines' })), 'exit code 0; 1 line');
	});

	test('lets the directive win over prose about exit codes', () => {
		assert.equal(words('exits with code 3', { exitCodes: [1] }).exitCodes, [1]);
	});

	for (const [name, expectation, problems] of [
		['a broken regex', words('`/a(/`'), ['bad-regex error']],
		['a slow regex', words('`/(a+)+$/`'), ['slow-regex error']],
		['a broken json fence', fence('{"a": ...}', 'json'), ['bad-json error']],
		['a broken line', fence('ok\n[ (re)'), ['bad-regex error']],
		['prose', words('It looks good'), ['prose-expectation warning']],
		['a placeholder in prose', words('[Auto-Generated Expected Output]'), ['placeholder-expectation warning']],
		['a placeholder alone', words('[what must be printed]'), ['placeholder-expectation warning']],
		['a placeholder in code', words('`ID: [UUID]`'), ['placeholder-expectation warning']],
		['Match without text', words('exit code 0', { match: 'regex' }), ['match-without-text warning']],
	] as const) {
		test(`reports ${name}`, () => assert.equal(rules(expectation), problems));
	}

	test('says where a broken line of a fence stands', () => {
		assert.is(fence('ok\n[ (re)').problems[0]?.span.start.line, span.start.line + 1);
	});

	test('takes [INFO] and the like for text', () => {
		assert.is(describeExpectation(words('`[INFO] ready`')), 'exit code 0; contains "[INFO] ready"');
	});

	test('says nothing about prose around what is checked', () => {
		assert.equal(words('A nice list with `ok` in it.').problems, []);
	});

	test('warns of several fences that each want the whole output', () => {
		const part = { kind: 'fence', language: 'text', text: 'a', span } as const;
		assert.equal(rules(compileExpectation({ parts: [part, part], stream: 'combined' })), ['several-fences warning']);
	});

	test('gives every problem advice', () => {
		for (const { problems } of [words('`/a(/`'), words('hm'), words('`a` or `b`'), fence('{', 'json'), words('[x]')]) {
			for (const { advice } of problems) assert.ok(advice !== undefined && advice.length > 0);
		}
	});

	test('never throws', () => {
		const part = fc.record({
			kind: fc.constantFrom('fence', 'code', 'prose'),
			language: fc.constantFrom(null, 'text', 'json', 'json-schema'),
			text: fc.oneof(fc.string(), fc.json(), fc.constantFrom('/a(/', '...', 'a (re+)', '/(a*)*/')),
			span: fc.constant(span),
		});
		const match = fc.constantFrom('exact', 'contains', 'lines', 'unordered', 'regex', 'json', undefined);
		fc.assert(
			fc.property(fc.array(part, { maxLength: 4 }), match, (parts, mode) => {
				const source = { parts, stream: 'combined', ...(mode === undefined ? {} : { match: mode }) } as const;
				const expectation = compileExpectation(source);
				assert.ok(expectation.exitCodes.length > 0);
				assert.is(typeof describeExpectation(expectation), 'string');
			}),
		);
	});
});
