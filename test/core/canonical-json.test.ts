import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatCanonicalJson, type JsonValue } from '../../src/core/canonical-json.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('formatCanonicalJson()', ({ test }) => {
	test('writes the example of RFC 8785 §3.2.2', () => {
		const value = {
			numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
			string: '\u20ac$\u000f\nA\'B"\\\\"/',
			literals: [null, true, false],
		};
		assert.is(
			formatCanonicalJson(value),
			'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
		);
	});

	test('sorts names by their UTF-16 code units, as RFC 8785 §3.2.3', () => {
		const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 };
		assert.is(formatCanonicalJson(value), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
	});

	test('takes the texts of parts that are known, wherever they stand', () => {
		const shared = { b: 1, a: [2] };
		const value = [shared, { x: shared, w: { b: 1, a: [2] } }];
		const known = new Map([[shared, 'KNOWN']]);
		assert.is(formatCanonicalJson(value, known), '[KNOWN,{"w":{"a":[2],"b":1},"x":KNOWN}]');
		known.set(shared, formatCanonicalJson(shared));
		assert.is(formatCanonicalJson(value, known), formatCanonicalJson(value));
	});

	test('writes -0 as 0', () => assert.is(formatCanonicalJson(-0), '0'));

	for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 'a\ud800', { '\udfff': 1 }, [undefined as never]]) {
		test(`refuses ${typeof value === 'number' ? value : JSON.stringify(value)}`, () => {
			assert.throws(
				() => formatCanonicalJson(value),
				(error: unknown) => error instanceof TypeError,
			);
		});
	}

	test('parses back to the same value, whatever the order of the names', () => {
		const value = fc.jsonValue({ stringUnit: 'grapheme' });
		check(
			fc.property(value, (given) => {
				const text = formatCanonicalJson(given as JsonValue);
				assert.equal(JSON.parse(text), JSON.parse(JSON.stringify(given)));
				assert.is(formatCanonicalJson(reversed(given) as JsonValue), text);
			}),
		);
	});
});

function reversed(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(reversed);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.reverse()
			.map(([name, member]) => [name, reversed(member)]),
	);
}
