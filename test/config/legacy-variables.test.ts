import * as assert from 'uvu/assert';
import { MEANINGLESS_VARIABLES } from '../../src/config/legacy-variables.ts';
import { resolveServeConfig, type ServeConfig } from '../../src/config/resolve-serve-config.ts';
import { SERVE_OPTIONS, type ServeOptionSpec } from '../../src/config/serve-options.ts';
import { describe } from '../helpers/suite.ts';

const resolve = (env: Record<string, string>): ServeConfig => {
	const resolved = resolveServeConfig({ env, flags: {} });
	if ('config' in resolved) return resolved.config;
	throw new Error(JSON.stringify(resolved.issues));
};

describe('environment of the first executor', ({ test }) => {
	test('reads numbers of seconds, names and switches as it wrote them', () => {
		const config = resolve({
			DEFAULT_PORT: '8004',
			WS_PING_INTERVAL: '20.5',
			SESSION_TIMEOUT: '3600',
			PROCESS_CLEANUP_TIMEOUT: '10',
			WS_MAX_SIZE: '10485760',
			CC_EXECUTOR_SHELL: 'bash',
			LOG_LEVEL: 'WARNING',
		});
		assert.equal([config.port, config.heartbeat, config.idle, config.grace], [8004, 20_500, 3_600_000, 10_000]);
		assert.equal([config.maxMessage, config.shell, config.logLevel], [10_485_760, 'bash', 'warn']);
	});

	test('limits silence where ENABLE_STREAM_TIMEOUT says so, by STREAM_TIMEOUT or for 600 s', () => {
		assert.is(resolve({ STREAM_TIMEOUT: '30' }).stall, 0);
		assert.is(resolve({ STREAM_TIMEOUT: '30', ENABLE_STREAM_TIMEOUT: 'false' }).stall, 0);
		assert.is(resolve({ STREAM_TIMEOUT: '30', ENABLE_STREAM_TIMEOUT: 'true' }).stall, 30_000);
		assert.is(resolve({ ENABLE_STREAM_TIMEOUT: 'True' }).stall, 600_000);
		assert.is(resolve({ ENABLE_STREAM_TIMEOUT: 'true', VERIFY_STALL: '5s' }).stall, 5000);
	});

	test('logs more where DEBUG is true, not where other programs use it, and LOG_LEVEL wins', () => {
		assert.is(resolve({ DEBUG: 'true' }).logLevel, 'debug');
		assert.is(resolve({ DEBUG: 'express:*' }).logLevel, 'info');
		assert.is(resolve({ DEBUG: 'true', LOG_LEVEL: 'ERROR' }).logLevel, 'error');
	});

	test('names the variable in an issue', () => {
		const resolved = resolveServeConfig({ env: { WS_PING_INTERVAL: 'often' }, flags: {} });
		assert.equal('issues' in resolved && resolved.issues.map(({ origin }) => origin), ['WS_PING_INTERVAL']);
	});

	test('knows each variable once, as an option or as one that means nothing', () => {
		const specs: readonly ServeOptionSpec[] = SERVE_OPTIONS;
		const names = specs.flatMap(({ legacy = [] }) => legacy.map(({ env }) => env));
		const all = [...names, ...Object.keys(MEANINGLESS_VARIABLES)];
		assert.equal(all.toSorted(), [...new Set(all)].toSorted());
		for (const name of ['STREAM_TIMEOUT', 'MAX_BUFFER_SIZE', 'DEBUG', 'REDIS_URL']) assert.ok(all.includes(name));
	});
});
