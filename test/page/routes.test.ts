import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatRoute, parseRoute, type Route } from '../../src/page/routes.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('parseRoute()', ({ test }) => {
	test('reads what formatRoute() writes, and takes everything else for the overview or a name', () => {
		const text = fc.string({ unit: 'grapheme', minLength: 1 });
		const position = fc.option(fc.integer({ min: 1, max: 99_999 }));
		const route: fc.Arbitrary<Route> = fc.oneof(
			fc.record({ page: fc.constant('overview' as const), query: text }),
			fc.record({ page: fc.constant('prompt' as const), file: text }),
			fc.record({
				page: fc.constant('step' as const),
				file: text,
				number: fc.integer({ min: 1, max: 999 }),
				attempt: position,
				line: position,
			}),
		);
		check(fc.property(route, (given) => assert.equal(parseRoute(formatRoute(given)), { ...given })));
		check(fc.property(fc.string({ unit: 'binary' }), (hash) => assert.ok(parseRoute(hash).page)));
	});
});
