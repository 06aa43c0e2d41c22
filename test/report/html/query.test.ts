import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { matchesQuery, parseQuery, QUERY_KEYS } from '../../../src/report/html/query.ts';
import type { StepRow } from '../../../src/report/html/report-data.ts';
import { check } from '../../helpers/check.ts';
import { describe } from '../../helpers/suite.ts';

const prompt = { file: 'prompts/build.md', title: 'Build it' };
const step: StepRow = {
	number: 3,
	name: 'Compile the Parser',
	line: 20,
	outcome: 'failed',
	reason: 'timeout',
	durationMs: 2500,
	evidence: 'bound',
	attempts: 1,
	message: 'cancelled: ran longer than 2.0s',
	group: 'c41d09e2',
};
const holds = (query: string): boolean => matchesQuery(parseQuery(query), prompt, step);

describe('parseQuery() and matchesQuery()', ({ test }) => {
	test('match by every key, in any case, with a minus turned round', () => {
		for (const query of [
			...['', 'outcome:failed', 'outcome:passed,FAILED', 'prompt:build', 'prompt:"build it"', 'step:3', 'step:parser'],
			...[
				'reason:timeout',
				'evidence:bound',
				'group:c41d09e2',
				'slower:2s',
				'compile',
				'"the parser"',
				'text:cancelled',
			],
		]) {
			assert.ok(holds(query), query);
			if (query !== '') assert.not.ok(holds(`-${query}`), `-${query}`);
		}
		for (const query of ['outcome:fail', 'step:2', 'slower:3s', 'group:c41d', 'outcome:failed prompt:deploy'])
			assert.not.ok(holds(query), query);
	});

	test('leave out what they do not understand, and say so', () => {
		const { terms, problems } = parseQuery('colour:red slower:fast outcome:failed step:');
		assert.is(terms.length, 1);
		assert.equal(problems, [
			`There is no “colour:”; there are ${QUERY_KEYS.join(', ')}`,
			'“fast” is no duration: write 500ms, 2s or 1m',
		]);
	});

	test('never fail, whatever is typed, and a term and its opposite never both hold', () => {
		check(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				assert.type(holds(text), 'boolean');
			}),
		);
		check(
			fc.property(fc.constantFrom(...QUERY_KEYS), fc.stringMatching(/^[a-z0-9]{1,8}$/), (key, value) => {
				if (parseQuery(`${key}:${value}`).terms.length === 1)
					assert.is.not(holds(`${key}:${value}`), holds(`-${key}:${value}`));
			}),
		);
	});
});
