import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import * as assert from 'uvu/assert';
import { createConfigSchema } from '../../src/config/config-schema.ts';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { describe } from '../helpers/suite.ts';

const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(createConfigSchema());
const takes = (values: unknown): boolean =>
	'config' in resolveConfig({ file: { path: 'verify.config.json', values }, env: {}, flags: {}, cores: 1 });

describe('createConfigSchema()', ({ test }) => {
	test('is what the package ships', () => {
		assert.equal(JSON.parse(readFileSync('docs/verify.config.schema.json', 'utf8')), createConfigSchema());
	});

	for (const values of [
		{},
		{ $schema: './x.json', timeout: '1m', stall: 0, retries: 2, jobs: 4 },
		{ errorPatterns: ['panic:', '/^E\\d+/'], evidence: 'bound', write: false },
		{ gate: { confidence: 0.8, minRuns: 3, adopted: 'ignore', requireAgent: true } },
		{ executor: 'wss://example.org/ws/mcp', stop: 'never', count: 'run', shell: 'bash' },
	]) {
		test(`takes what verify takes: ${JSON.stringify(values)}`, () => {
			assert.ok(validate(values), JSON.stringify(validate.errors));
			assert.ok(takes(values));
		});
	}

	for (const values of [
		[],
		{ timeuot: '1m' },
		{ timeout: '1' },
		{ timeout: 5 },
		{ retries: -1 },
		{ jobs: 0 },
		{ evidence: 'some' },
		{ executor: 'http://example.org' },
		{ reports: '' },
		{ gate: { confidence: 1 } },
		{ gate: { minRun: 1 } },
	]) {
		test(`refuses what verify refuses: ${JSON.stringify(values)}`, () => {
			assert.not(validate(values));
			assert.not(takes(values));
		});
	}
});
