import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { alignLines } from '../../src/expect/align-lines.ts';
import { type LineRule, parseLineRules } from '../../src/expect/line-rule.ts';
import { matchLines, takes } from '../../src/expect/match-lines.ts';
import { matchUnordered } from '../../src/expect/match-unordered.ts';
import { type ObservedLines, splitLines } from '../../src/expect/observed-lines.ts';
import { describe } from '../helpers/suite.ts';

const ruleLine = fc.constantFrom(
	'a',
	'b',
	'a (?)',
	'a (*)',
	'b (+)',
	'* (glob)',
	'a* (glob*)',
	'[ab] (re+)',
	'...',
	'a (no-eol)',
	'b (no-eol?)',
);
const rulesArb = fc
	.array(ruleLine, { maxLength: 6 })
	.map((lines) => (lines.length === 0 ? [] : parseLineRules(lines.join('\n')).rules));
const outputArb = fc
	.tuple(fc.array(fc.constantFrom('a', 'b', 'c', 'ab'), { maxLength: 6 }), fc.boolean())
	.map(([lines, hasEol]) =>
		splitLines(
			lines
				.map((line) => `${line}\n`)
				.join('')
				.slice(0, hasEol ? undefined : -1),
		),
	);

const withoutFirst = ({ texts, isLastEnded }: ObservedLines): ObservedLines => ({ texts: texts.slice(1), isLastEnded });

/** The definition, by trying everything. */
function isMatch(rules: readonly LineRule[], lines: ObservedLines): boolean {
	const [rule, ...restRules] = rules;
	const hasLine = lines.texts.length > 0;
	if (!rule) return !hasLine;
	if (rule.min === 0 && isMatch(restRules, lines)) return true;
	if (!hasLine || !takes(rule, lines, 0)) return false;
	return isMatch(rule.max > 1 ? [{ ...rule, min: 0 }, ...restRules] : restRules, withoutFirst(lines));
}

/** The definition without order: give each line to some rule, in every way. */
function isAssignable(
	rules: readonly LineRule[],
	lines: ObservedLines,
	line = 0,
	counts = rules.map(() => 0),
): boolean {
	if (line === lines.texts.length) return rules.every((rule, index) => (counts[index] ?? 0) >= rule.min);
	return rules.some(
		(rule, index) =>
			(counts[index] ?? 0) < rule.max &&
			takes(rule, lines, line) &&
			isAssignable(rules, lines, line + 1, counts.with(index, (counts[index] ?? 0) + 1)),
	);
}

describe('matchLines()', ({ test }) => {
	test('agrees with the definition', () => {
		fc.assert(
			fc.property(rulesArb, outputArb, (rules, lines) => {
				assert.is(matchLines(rules, lines).result === 'match', isMatch(rules, lines));
			}),
			{ numRuns: 5000 },
		);
	});

	test('parts where the output is neither a beginning nor a match', () => {
		fc.assert(
			fc.property(rulesArb, outputArb, (rules, lines) => {
				const match = matchLines(rules, lines);
				if (match.result !== 'mismatch') return;
				const { rule, line, before } = match.parting;
				assert.ok(rule <= rules.length && line <= lines.texts.length);
				for (const pair of before) {
					const taker = rules[pair.rule];
					assert.ok(taker && takes(taker, lines, pair.line));
				}
				assert.equal(
					before.map((pair) => pair.line),
					[line - 3, line - 2, line - 1].filter((index) => index >= 0),
				);
			}),
			{ numRuns: 2000 },
		);
	});

	test('lets an elision stand for lines that nobody has seen, and nothing else', () => {
		const match = (rules: string, lines: string, cut: number): string =>
			matchLines(parseLineRules(rules).rules, splitLines(lines), cut).result;
		assert.is(match('start\n...\ndone', 'start\nx\ndone\n', 2), 'match');
		assert.is(match('start\n...\ndone', 'start\nx\nfailed\n', 2), 'undecided');
		assert.is(match('start\n* (glob*)', 'start\nx\n', 1), 'undecided');
		assert.is(match('begin\n...\ndone', 'start\nx\ndone\n', 2), 'mismatch');
		assert.is(match('...\ndone\n...', 'done\n', 0), 'match');
		assert.is(match('a', 'a\n', 1), 'undecided');
	});

	test('never claims with lines missing what it would not claim of every whole output', () => {
		fc.assert(
			fc.property(
				rulesArb,
				outputArb,
				fc.nat(6),
				fc.array(fc.constantFrom('a\n', 'b\n', 'c\n'), { maxLength: 3 }),
				(rules, lines, at, missing) => {
					const cut = Math.min(at, lines.texts.length);
					// What stands before missing lines are whole lines.
					if (cut === lines.texts.length && !lines.isLastEnded) return;
					const { result } = matchLines(rules, lines, cut);
					const texts = lines.texts.toSpliced(cut, 0, ...splitLines(missing.join('')).texts);
					const whole = { texts, isLastEnded: lines.isLastEnded };
					if (result !== 'undecided') assert.is(matchLines(rules, whole).result, result);
				},
			),
			{ numRuns: 5000 },
		);
	});
});

describe('alignLines()', ({ test }) => {
	const align = (rules: string, output: string): string[] => {
		const { rules: parsed } = parseLineRules(rules);
		const match = matchLines(parsed, splitLines(output));
		if (match.result !== 'mismatch') throw new Error('No mismatch');
		const signs = { same: ' ', missing: '-', surplus: '+' };
		return alignLines(parsed, splitLines(output), match.parting).map(
			(line) => `${signs[line.kind]}${line.expectedLine ?? line.actualLine} ${line.text}`,
		);
	};

	test('pairs a glob with what it matches', () => {
		assert.equal(align('start\nport * (glob)\nready', 'start\nport 80\nfailed\n'), [
			' 1 start',
			' 2 port 80',
			'-3 ready',
			'+3 failed',
		]);
	});

	test('shows surplus lines and goes on behind them', () => {
		assert.equal(align('a\nb\nc', 'a\nx\ny\nb\nc\n'), [' 1 a', '+2 x', '+3 y', ' 2 b', ' 3 c']);
	});

	test('leaves out equal lines that are far from any difference', () => {
		const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
		const diff = align(lines.join('\n'), `${lines.toSpliced(20, 1).join('\n')}\n`);
		assert.equal(diff, [
			' 18 line 17',
			' 19 line 18',
			' 20 line 19',
			'-21 line 20',
			' 22 line 21',
			' 23 line 22',
			' 24 line 23',
		]);
	});

	test('holds every missing and surplus line of small outputs once, in order', () => {
		fc.assert(
			fc.property(rulesArb, outputArb, (rules, lines) => {
				const match = matchLines(rules, lines);
				if (match.result !== 'mismatch') return;
				const diff = alignLines(rules, lines, match.parting);
				const actual = diff.flatMap(({ actualLine }) => actualLine ?? []);
				assert.equal(
					actual,
					[...new Set(actual)].sort((a, b) => a - b),
				);
				assert.ok(diff.some(({ kind }) => kind !== 'same'));
			}),
			{ numRuns: 2000 },
		);
	});

	test('stays within 200 lines', () => {
		const many = (word: string): string => Array.from({ length: 5000 }, (_, index) => `${word} ${index}`).join('\n');
		assert.ok(align(many('a'), `${many('b')}\n`).length <= 200);
	});
});

describe('matchUnordered()', ({ test }) => {
	test('agrees with the definition', () => {
		fc.assert(
			fc.property(rulesArb, outputArb, (rules, lines) => {
				assert.is(matchUnordered(rules, lines).isMatch, isAssignable(rules, lines));
			}),
			{ numRuns: 3000 },
		);
	});

	test('means equal when sorted, for plain lines', () => {
		const plain = fc.array(fc.constantFrom('a', 'b', 'c d'), { minLength: 1, maxLength: 8 });
		fc.assert(
			fc.property(plain, plain, (wanted, got) => {
				const match = matchUnordered(parseLineRules(wanted.join('\n')).rules, splitLines(`${got.join('\n')}\n`));
				assert.is(match.isMatch, String(wanted.toSorted()) === String(got.toSorted()));
			}),
		);
	});
});
