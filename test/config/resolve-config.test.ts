import * as assert from 'uvu/assert';
import type { Config } from '../../src/config/config.ts';
import { DEFAULT_ERROR_PATTERNS, OPTIONS } from '../../src/config/options.ts';
import { type ConfigSources, resolveConfig } from '../../src/config/resolve-config.ts';
import { describe } from '../helpers/suite.ts';

const resolve = (sources: Partial<ConfigSources>) => resolveConfig({ env: {}, flags: {}, cores: 4, ...sources });

const configOf = (sources: Partial<ConfigSources>): Config => {
	const resolved = resolve(sources);
	if ('issues' in resolved) throw new Error(JSON.stringify(resolved.issues));
	return resolved.config;
};

const issuesOf = (sources: Partial<ConfigSources>) => {
	const resolved = resolve(sources);
	return 'issues' in resolved ? resolved.issues : [];
};

describe('resolveConfig()', ({ test }) => {
	test('has the documented defaults', () => {
		assert.equal(configOf({}), {
			executor: null,
			tokenFile: null,
			jobs: 4,
			timeoutMs: 300_000,
			stallMs: 120_000,
			graceMs: 5000,
			errorPatterns: [...DEFAULT_ERROR_PATTERNS],
			retries: 0,
			evidence: 'auto',
			count: 'step',
			stop: 'first-failure',
			shell: 'sh',
			write: true,
			init: false,
			reports: 'reports',
			transcripts: 'transcripts',
			html: true,
			keepRuns: 50,
			keepDays: 0,
			keepBytes: 0,
		});
	});
	test('lets flags win over environment over file over defaults', () => {
		const file = { path: 'verify.config.json', values: { timeout: '1m', jobs: 2, retries: 1 } };
		const env = { VERIFY_TIMEOUT: '2m', VERIFY_JOBS: '3' };
		const config = configOf({ file, env, flags: { timeout: '3m' } });
		assert.equal([config.timeoutMs, config.jobs, config.retries], [180_000, 3, 1]);
	});
	test('offers the closest name for an unknown key', () => {
		const [issue] = issuesOf({ file: { path: 'verify.config.json', values: { timout: '1m' } } });
		assert.equal(issue, {
			key: 'timout',
			origin: 'verify.config.json',
			message: 'Unknown key "timout"',
			advice: 'Did you mean "timeout"?',
		});
	});
	test('names every issue at once, each with its origin', () => {
		const issues = issuesOf({
			file: { path: 'f.json', values: { stop: 'soon' } },
			env: { VERIFY_JOBS: 'many' },
			flags: { timeout: '30' },
		});
		assert.equal(
			issues.map(({ key, origin }) => `${key} ${origin}`),
			['stop f.json', 'jobs VERIFY_JOBS', 'timeout --timeout'],
		);
	});
	test('reads "none" as an empty list of error patterns', () => {
		assert.equal(configOf({ flags: { errorPatterns: 'none' } }).errorPatterns, []);
		assert.equal(configOf({ env: { VERIFY_ERROR_PATTERNS: 'panic, /E\\d+/' } }).errorPatterns, ['panic', '/E\\d+/']);
	});
	test('refuses an error pattern that is no regular expression', () => {
		assert.match(
			issuesOf({ flags: { errorPatterns: ['fine', '/(/'] } })[0]?.advice ?? '',
			'Invalid regular expression',
		);
	});
	test('refuses a config file that is no object', () => {
		assert.is(issuesOf({ file: { path: 'f.json', values: [1] } }).length, 1);
	});
});

describe('OPTIONS', ({ test }) => {
	test('has each key, flag and environment variable once', () => {
		for (const field of ['key', 'flag', 'env'] as const) {
			const names = OPTIONS.map((option) => option[field]);
			assert.is(new Set(names).size, names.length, field);
		}
	});
});
