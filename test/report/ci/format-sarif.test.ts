import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Finding } from '../../../src/report/ci/findings.ts';
import { formatSarif } from '../../../src/report/ci/format-sarif.ts';
import { check } from '../../helpers/check.ts';
import { hostileText } from '../../helpers/hostile-text.ts';
import { describe } from '../../helpers/suite.ts';

const validate = compileSchema();
const finding = (changes: Partial<Finding> = {}): Finding => ({
	file: 'prompts/a b.md',
	line: 12,
	column: 3,
	end: { line: 12, column: 9 },
	ruleId: 'bad-regex',
	severity: 'error',
	message: 'It is bad',
	...changes,
});
const FRAME = { version: '1.2.3', failures: [] };

/** The schema is of draft 4, which names itself by `id`; ajv reads later drafts, in which that is `$id` and all else is the same here. */
function compileSchema() {
	const text = readFileSync('test/fixtures/vendor/sarif/sarif-2.1.0-rtm.5.json', 'utf8');
	const { $schema: _draft, id: _id, ...schema } = JSON.parse(text) as Record<string, unknown>;
	return new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true }).compile(schema);
}

interface Log {
	readonly runs: readonly {
		readonly results: readonly {
			readonly level: string;
			readonly locations: unknown;
			readonly ruleId: string;
			readonly ruleIndex: number;
		}[];
		readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
		readonly invocations: readonly {
			readonly executionSuccessful: boolean;
			readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
		}[];
	}[];
}

function read(text: string): Log['runs'][number] {
	const log = JSON.parse(text) as Log;
	assert.ok(validate(log), JSON.stringify(validate.errors?.slice(0, 3)));
	const [run] = log.runs;
	assert.ok(run);
	return run;
}

describe('formatSarif()', ({ test }) => {
	test('is valid SARIF 2.1.0 with rules, levels and regions', () => {
		const run = read(
			formatSarif([finding(), finding({ severity: 'info', ruleId: 'a-hint', column: null, end: null })], FRAME),
		);
		assert.equal(
			run.results.map(({ level, ruleId, ruleIndex }) => [level, ruleId, ruleIndex]),
			[
				['error', 'bad-regex', 1],
				['note', 'a-hint', 0],
			],
		);
		assert.equal(
			run.tool.driver.rules.map(({ id }) => id),
			['a-hint', 'bad-regex'],
		);
		assert.equal(run.results[0]?.locations, [
			{
				physicalLocation: {
					artifactLocation: { uri: 'prompts/a%20b.md', uriBaseId: '%SRCROOT%' },
					region: { startLine: 12, startColumn: 3, endLine: 12, endColumn: 9 },
				},
			},
		]);
	});
	test('tells what could not be read', () => {
		const [invocation] = read(formatSarif([], { version: '1.2.3', failures: ['Cannot read x.md'] })).invocations;
		assert.is(invocation?.executionSuccessful, false);
		assert.is(invocation?.toolExecutionNotifications[0]?.message.text, 'Cannot read x.md');
	});
	test('keeps the 5,000 worst and says how many it left out', () => {
		const run = read(
			formatSarif([...Array.from({ length: 6000 }, () => finding({ severity: 'info' })), finding()], FRAME),
		);
		assert.is(run.results.length, 5000);
		assert.is(run.results.at(-1)?.level, 'error');
		assert.is(run.invocations[0]?.toolExecutionNotifications[0]?.message.text, '1001 more findings are left out');
	});
	test('is valid whatever files and messages hold', () => {
		check(
			fc.property(hostileText(), (text) => {
				read(formatSarif([finding({ file: text, message: text })], { version: '1.2.3', failures: [text] }));
			}),
		);
	});
});
