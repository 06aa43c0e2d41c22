import * as assert from 'uvu/assert';
import { explainConfig, findKeyLine } from '../../src/config/explain-config.ts';
import { describe } from '../helpers/suite.ts';

const find = (key: string, sources: Partial<Parameters<typeof explainConfig>[0]> = {}) =>
	explainConfig({ file: null, env: {}, flags: {}, cores: 3, ...sources }).find((value) => value.key === key);

const text = '{\n\t"timeout": "1m",\n\t"gate": {\n\t\t"minRuns": 4\n\t}\n}\n';
const file = { path: 'verify.config.json', values: JSON.parse(text) as unknown, text };

describe('explainConfig()', ({ test }) => {
	test('names the strongest origin: default < file and line < environment < flag', () => {
		const env = { VERIFY_TIMEOUT: '2m' };
		const origins = [
			find('timeout'),
			find('timeout', { file }),
			find('timeout', { file, env }),
			find('timeout', { file, env, flags: { timeout: '3m' } }),
		].map((value) => [value?.value, value?.origin, value?.place]);
		assert.equal(origins, [
			[300_000, 'default', null],
			[60_000, 'file', 'verify.config.json:2'],
			[120_000, 'environment', 'VERIFY_TIMEOUT'],
			[180_000, 'flag', '--timeout'],
		]);
	});

	test('speaks of the gate too, and of what has no default', () => {
		assert.equal(find('gate.minRuns', { file }), {
			key: 'gate.minRuns',
			value: 4,
			text: '4',
			origin: 'file',
			place: 'verify.config.json:4',
		});
		assert.is(find('executor')?.text, '(none)');
		assert.is(find('jobs')?.value, 3);
	});
});

describe('findKeyLine()', ({ test }) => {
	test('finds keys of JSON, of package.json below verify, and of programs', () => {
		assert.is(findKeyLine('{\n"jobs": 1,\n"verify": {\n"jobs": 3 } }', ['jobs']), 4);
		assert.is(findKeyLine("export default {\n\t// jobs\n\tjobs: 3,\n\t'retries': 1,\n};\n", ['retries']), 4);
		assert.is(findKeyLine('const key = 1;\nexport default {};\n', ['jobs']), null);
	});
});
