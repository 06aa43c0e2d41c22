import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { decodeServerMessage } from '../../src/protocol/decode-server-message.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const kindOf = (value: unknown): string =>
	decodeServerMessage(typeof value === 'string' ? value : JSON.stringify(value)).kind;

describe('decodeServerMessage()', ({ test }) => {
	test('reads the messages of the first executor, whose nulls are left out', () => {
		const started = { status: 'started', pid: 5, pgid: null, exit_code: null, error: null };
		assert.is(kindOf({ jsonrpc: '2.0', method: 'connected', params: { session_id: 'x' } }), 'notification');
		assert.is(kindOf({ jsonrpc: '2.0', method: 'process.started', params: started }), 'notification');
		assert.is(
			kindOf({ method: 'process.output', params: { type: 'stdout', data: 'x', chunk_index: null } }),
			'notification',
		);
		assert.is(kindOf({ method: 'process.completed', params: { status: 'failed', exit_code: -15 } }), 'notification');
		assert.is(kindOf({ method: 'hook.warning', params: { any: 1 } }), 'unknown');
		assert.is(kindOf({ result: { status: 'started' }, id: 1 }), 'result');
	});

	test('reads an error with and without id, and the name of our code', () => {
		assert.equal(decodeServerMessage('{"error":{"code":-32001,"message":"m","data":null}}'), {
			kind: 'failure',
			id: null,
			error: { code: -32001, message: 'm', name: null },
		});
		assert.equal(decodeServerMessage('{"id":3,"error":{"code":-32004,"message":"m","data":{"code":"SPAWN_FAILED"}}}'), {
			kind: 'failure',
			id: 3,
			error: { code: -32004, message: 'm', name: 'SPAWN_FAILED' },
		});
	});

	for (const value of [
		'<html>',
		'[]',
		'7',
		{},
		{ method: 'connected', params: {} },
		{ method: 'process.output', params: { type: 'stdlog', data: '' } },
		{ method: 'process.output', params: { type: 'stdout', data: 5 } },
		{ method: 'process.completed', params: { status: 'failed', exit_code: 'one' } },
		{ id: 1, error: 'text' },
	]) {
		test(`calls nonsense ${JSON.stringify(value)}`, () => assert.is(kindOf(value), 'nonsense'));
	}

	test('never throws', () => {
		check(
			fc.property(fc.oneof(fc.string(), fc.json(), fc.json({ maxDepth: 9 })), (text) => {
				decodeServerMessage(text);
			}),
			{ numRuns: 500 },
		);
	});
});
