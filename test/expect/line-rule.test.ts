import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { showInvisible } from '../../src/expect/escapes.ts';
import { type LineRule, parseLineRules } from '../../src/expect/line-rule.ts';
import { describe } from '../helpers/suite.ts';

/** The glob that matches this text alone. */
const escapeGlob = (text: string): string => text.replace(/[*?\\]/g, '\\$&');
const lineText = fc.string({ unit: 'binary' }).filter((text) => !/[\r\n]/.test(text));

function ruleOf(line: string): LineRule {
	const [rule] = parseLineRules(line).rules;
	if (!rule) throw new Error('No rule');
	return rule;
}

describe('parseLineRules()', ({ test }) => {
	test('reads each kind', () => {
		const kinds = ['plain', 'a* (glob)', 'a+ (re)', 'a\\tb (esc)', 'last (no-eol)', '...'].map(
			(line) => ruleOf(line).kind,
		);
		assert.equal(kinds, ['literal', 'glob', 'regex', 'literal', 'literal', 'elision']);
	});

	test('reads quantifiers with and without a kind', () => {
		for (const [line, min, max] of [
			['a (glob+)', 1, Number.POSITIVE_INFINITY],
			['a (re*)', 0, Number.POSITIVE_INFINITY],
			['a (?)', 0, 1],
			['a (+)', 1, Number.POSITIVE_INFINITY],
			['a (equal*)', 0, Number.POSITIVE_INFINITY],
			['a (esc?)', 0, 1],
			['a', 1, 1],
		] as const) {
			assert.equal([ruleOf(line).min, ruleOf(line).max], [min, max], line);
			assert.ok(ruleOf(line).matches('a'), line);
		}
	});

	test('combines kinds that go together', () => {
		const rule = ruleOf('\\x1b[3?m*\\x1b[0m (esc) (glob) (no-eol)');
		assert.ok(rule.matches('\u001b[31mred\u001b[0m'));
		assert.ok(rule.hasNoEol);
	});

	test('takes as text what is no rule', () => {
		for (const line of ['f(x)', 'sum (total)', 'a (glob) (re)x', 'a(glob)', '(glob)', ' ...', '.... ', 'a ()']) {
			assert.is(ruleOf(line).kind, 'literal', line);
			assert.is(ruleOf(line).text, line);
		}
	});

	test('matches a regular expression against the whole line', () => {
		assert.ok(ruleOf('a|b+ (re)').matches('bb'));
		assert.not(ruleOf('a|b+ (re)').matches('ab'));
	});

	test('matches the printed rule itself, as cram does', () => {
		for (const line of ['foo* (glob)', '[0-9] (re)', 'a\\tb (esc)', 'f (?)'])
			assert.ok(ruleOf(line).matches(line), line);
	});

	test('lets (equal) take a lone elision by its word', () => {
		assert.ok(ruleOf('... (equal)').matches('...'));
		assert.not(ruleOf('... (equal)').matches('x'));
	});

	test('names the line of a broken pattern', () => {
		const { problems } = parseLineRules('ok\n[a (re)\n\\q (esc)\n(a+)+ (re)\na)(b (re)');
		assert.equal(
			problems.map(({ ruleId, lineNumber }) => `${lineNumber} ${ruleId}`),
			['2 bad-regex', '3 bad-escape', '4 slow-regex', '5 bad-regex'],
		);
	});

	test('parts lines at CRLF too', () => assert.is(parseLineRules('a\r\nb').rules[0]?.text, 'a'));

	test('matches any line that is written with escapes', () => {
		fc.assert(
			fc.property(lineText, (line) => {
				const rule = ruleOf(`${showInvisible(line)} (esc)`);
				assert.is(rule.text, line);
				assert.ok(rule.matches(line));
			}),
		);
	});

	test('matches any line that is written as a glob, with or without a star', () => {
		fc.assert(
			fc.property(lineText, fc.nat(), (line, cut) => {
				const chars = [...line];
				const start = chars.slice(0, cut % (chars.length + 1)).join('');
				assert.ok(ruleOf(`${escapeGlob(line)} (glob)`).matches(line));
				assert.ok(ruleOf(`${escapeGlob(start)}* (glob)`).matches(line));
			}),
		);
	});

	test('never throws', () => {
		const wild = fc.tuple(
			lineText,
			fc.constantFrom('', ' (re)', ' (glob*)', ' (esc)', ' (re+) (no-eol)', ' (esc) (glob)'),
		);
		fc.assert(
			fc.property(fc.array(wild), lineText, (lines, output) => {
				const { rules } = parseLineRules(lines.map(([text, suffix]) => text + suffix).join('\n'));
				for (const rule of rules) rule.matches(output);
			}),
		);
	});
});
