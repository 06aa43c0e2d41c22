import * as assert from 'uvu/assert';
import { diagnoseExpectation } from '../../src/expect/diagnose-expectation.ts';
import { compileJsonSchema } from '../../src/expect/json-schema.ts';
import { judge } from '../../src/expect/judge.ts';
import { describe } from '../helpers/suite.ts';
import { fence, printed } from './samples.ts';

const schema = JSON.stringify({
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	type: 'object',
	required: ['name'],
	properties: { name: { type: 'string', pattern: '^[a-z]+$' }, list: { prefixItems: [{ type: 'integer' }] } },
	unevaluatedProperties: false,
});

describe('json-schema fence', ({ test }) => {
	const judgeSchema = (text: string) => judge(fence(schema, 'json-schema'), printed(text));

	test('accepts what the schema accepts', async () => {
		assert.ok((await judgeSchema('{"name":"ada","list":[1,"x"]}\n')).isMatch);
	});

	test('names the place that breaks it', async () => {
		const { mismatch } = await judgeSchema('{"name":"ada","list":["x"]}\n');
		assert.is(mismatch?.message, 'At /list/0: must be integer');
		assert.equal(mismatch?.firstDifference, {
			expectedLine: null,
			expected: '/list/0 must be integer',
			actualLine: null,
			actual: '/list/0 = "x"',
		});
	});

	test('says that output is no JSON', async () => {
		assert.match((await judgeSchema('name: ada\n')).mismatch?.message ?? '', /^The output is not JSON: /);
	});

	test('is found wrong by lint and matches nothing when it is no schema', async () => {
		for (const wrong of [
			'{"type":"strin"}',
			'{"$ref":"https://example.com/other.json"}',
			'{"pattern":"(a+)+"}',
			'{"$async":true}',
		]) {
			const expectation = fence(wrong, 'json-schema');
			assert.equal(expectation.problems, [], wrong);
			assert.equal(
				(await diagnoseExpectation(expectation)).map(({ ruleId }) => ruleId),
				['bad-json-schema'],
				wrong,
			);
			assert.not((await judge(expectation, printed('{}\n'))).isMatch, wrong);
		}
	});

	test('must be JSON, and an object or a boolean', () => {
		for (const wrong of ['{', '[]', '"x"', '']) {
			assert.equal(
				fence(wrong, 'json-schema').problems.map(({ ruleId, severity }) => `${ruleId} ${severity}`),
				['bad-json-schema error'],
			);
		}
	});
});

describe('compileJsonSchema()', ({ test }) => {
	test('treats format as an annotation', async () => {
		const compiled = await compileJsonSchema({ format: 'email' });
		assert.ok('validate' in compiled);
		assert.is('validate' in compiled && compiled.validate('not an address'), null);
	});
});
