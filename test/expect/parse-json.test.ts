import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { findJsonDifference } from '../../src/expect/json-subset.ts';
import { ExactNumber, formatJson, type Json, parseJson } from '../../src/expect/parse-json.ts';
import { describe } from '../helpers/suite.ts';

function value(text: string): Json {
	const parsed = parseJson(text);
	if (!('value' in parsed)) throw new Error(parsed.reason);
	return parsed.value;
}

const jsonText = fc.json({ maxDepth: 4 });

describe('parseJson()', ({ test }) => {
	test('reads what JSON.parse reads', () => {
		fc.assert(
			fc.property(jsonText, (text) => assert.equal(JSON.parse(formatJson(value(` ${text}\n`))), JSON.parse(text))),
		);
	});

	test('keeps integers apart that a double would make one', () => {
		const ids = value('{"id": 12345678901234567890, "s": "12345678901234567890"}');
		assert.equal(ids, { id: new ExactNumber('12345678901234567890'), s: '12345678901234567890' });
		assert.ok(findJsonDifference(value('12345678901234567890'), value('12345678901234567891')));
		assert.is(findJsonDifference(value('12345678901234567890'), value('12345678901234567890')), null);
		assert.is(value('0.30000000000000004'), 0.30000000000000004);
	});

	test('gives a reason, never an exception', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				const parsed = parseJson(text);
				assert.ok('value' in parsed || parsed.reason.length > 0);
			}),
		);
		assert.equal(parseJson(' '), { reason: 'it is empty' });
		const deep = parseJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
		assert.ok('reason' in deep);
	});
});

describe('findJsonDifference()', ({ test }) => {
	const difference = (expected: string, actual: string): string | null => {
		const found = findJsonDifference(value(expected), value(actual));
		return found && `${found.path}: ${found.message}`;
	};

	for (const [expected, actual, found] of [
		['{"a":1}', '{"b":2,"a":1}', null],
		['{"a":{"b":1}}', '{"a":{"b":1,"c":2}}', null],
		['[{"a":1},2]', '[{"a":1,"b":0},2]', null],
		['[1]', '[1,2]', '$: expected 1 element, got 2'],
		['[2,1]', '[1,2]', '$[0]: expected 2, got 1'],
		['{"a":1}', '{}', '$.a: expected 1, but it is missing'],
		['{"odd key":[{"x":null}]}', '{"odd key":[{"x":0}]}', '$["odd key"][0].x: expected null, got 0'],
		['{}', '[]', '$: expected an object, got []'],
		['[]', '{}', '$: expected an array, got {}'],
		['1', '"1"', '$: expected 1, got "1"'],
		['{"toString":1}', '{}', '$.toString: expected 1, but it is missing'],
		['{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}', null],
	] as const) {
		test(`says ${found ?? 'nothing'} of ${expected} and ${actual}`, () => {
			assert.is(difference(expected, actual), found);
		});
	}

	test('finds none between a value and itself', () => {
		fc.assert(fc.property(jsonText, (text) => assert.is(difference(text, text), null)));
	});

	test('finds none when members are added to the actual value', () => {
		const object = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue());
		fc.assert(
			fc.property(object, object, (some, more) => {
				assert.is(difference(JSON.stringify(some), JSON.stringify({ ...more, ...some })), null);
			}),
		);
	});

	test('finds none both ways only between equal values', () => {
		fc.assert(
			fc.property(jsonText, jsonText, (one, other) => {
				const isBothWays = difference(one, other) === null && difference(other, one) === null;
				// Deep equality but for -0, which JSON.parse can make and JSON can't tell from 0.
				if (isBothWays) assert.equal(JSON.parse(one.replace(/-0\b/g, '0')), JSON.parse(other.replace(/-0\b/g, '0')));
			}),
		);
	});
});
