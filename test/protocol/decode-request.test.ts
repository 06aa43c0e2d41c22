import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { decodeRequest, type Incoming, isAnswered } from '../../src/protocol/decode-request.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const one = (text: string): Incoming => {
	const decoded = decodeRequest(text);
	if (decoded.kind !== 'single') throw new Error('Expected a single message');
	return decoded.message;
};

const errorOf = (text: string): { code: number; message: string; id: unknown; hasId: boolean } => {
	const message = one(text);
	if (message.kind !== 'answer' || !('error' in message.answer))
		throw new Error(`No error: ${JSON.stringify(message)}`);
	const { error } = message.answer;
	return { code: error.code, message: error.message, id: message.answer.id, hasId: 'id' in message.answer };
};

describe('decodeRequest()', ({ test }) => {
	const refused: [text: string, code: number, id: unknown, message: RegExp][] = [
		['', -32700, null, /^Parse error/],
		['{', -32700, null, /^Parse error/],
		['nonsense', -32700, null, /^Parse error/],
		['['.repeat(100_000), -32700, null, /64 levels/],
		[`{"method":"execute","params":${'['.repeat(70)}${']'.repeat(70)}}`, -32700, null, /64 levels/],
		['null', -32600, null, /got null/],
		['3', -32600, null, /got number/],
		['"text"', -32600, null, /got string/],
		['[]', -32600, null, /batch is empty/],
		[JSON.stringify(Array(101).fill(1)), -32600, null, /101 requests/],
		['{}', -32600, null, /method is missing/],
		['{"id":7}', -32600, 7, /method is missing/],
		['{"id":7,"method":1}', -32600, 7, /method is number/],
		['{"id":{},"method":"execute"}', -32600, null, /id is neither/],
		['{"id":true,"method":"execute"}', -32600, null, /id is neither/],
		['{"id":1e999,"method":"execute"}', -32600, null, /id is neither/],
		['{"id":"x","method":"nope"}', -32601, 'x', /^Unknown method: nope$/],
		['{"id":"x","method":"toString"}', -32601, 'x', /^Unknown method: toString$/],
		['{"id":0,"method":"execute"}', -32602, 0, /command/],
		['{"id":"","method":"execute","params":null}', -32602, '', /command/],
		['{"id":null,"method":"execute","params":[]}', -32602, null, /command|Expected Object/],
		['{"id":1.5,"method":"execute","params":{"command":5}}', -32602, 1.5, /^Invalid params: command: .*string/],
		['{"id":1,"method":"execute","params":{"command":"a\\u0000b"}}', -32602, 1, /NUL/],
		['{"id":1,"method":"execute","params":{"command":"a","env":{"A":5}}}', -32602, 1, /env\.A/],
		['{"id":1,"method":"execute","params":{"command":"a","env":{"A=B":"c"}}}', -32602, 1, /variable name/],
		['{"id":1,"method":"execute","params":{"command":"a","execution_id":""}}', -32602, 1, /execution_id/],
		['{"id":1,"method":"execute","params":{"command":"a","marker":"a b"}}', -32602, 1, /marker/],
		['{"id":1,"method":"control","params":{"type":"pause"}}', -32602, 1, /type/],
		['{"id":1,"method":"control","params":{}}', -32602, 1, /type/],
	];
	for (const [text, code, id, message] of refused) {
		test(`answers ${code} with the id to ${text.slice(0, 60) || 'an empty text'}`, () => {
			const error = errorOf(text);
			assert.is(error.code, code);
			assert.is(error.id, id);
			assert.match(error.message, message);
		});
	}

	test('names the path and our code in data', () => {
		const message = one('{"id":1,"method":"execute","params":{"command":"a","env":{"A":5}}}');
		if (message.kind !== 'answer' || !('error' in message.answer)) throw new Error('No error');
		assert.is(message.answer.error.data?.code, 'RPC_INVALID_PARAMS');
		assert.is(message.answer.error.data?.path, 'env.A');
	});

	test('answers a request without id without id, as the first executor did', () => {
		assert.is(errorOf('{"method":"execute"}').hasId, false);
	});

	test('is silent about an unknown method without id, and about answers', () => {
		assert.is(one('{"jsonrpc":"2.0","method":"nope"}').kind, 'nothing');
		assert.is(one('{"jsonrpc":"2.0","result":1,"id":4}').kind, 'nothing');
	});

	test('is silent about requests without id of methods that the first executor did not have, fine or not', () => {
		assert.is(one('{"jsonrpc":"2.0","method":"ack","params":{"execution_id":"x"}}').kind, 'nothing');
		assert.is(one('{"jsonrpc":"2.0","method":"attach","params":[1]}').kind, 'nothing');
		const message = one('{"jsonrpc":"2.0","method":"ack","params":{"execution_id":"x","seq":4}}');
		assert.ok(message.kind === 'call' && !isAnswered(message.call));
	});

	// JSON-RPC 2.0 §7, by the same texts.
	const examples: readonly (readonly [text: string, codes: readonly (number | null)[]])[] = [
		['{"jsonrpc": "2.0", "method": "foobar", "id": "1"}', [-32601]],
		['{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', [-32700]],
		['{"jsonrpc": "2.0", "method": 1, "params": "bar"}', [-32600]],
		['[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method"]', [-32700]],
		['[]', [-32600]],
		['[1]', [-32600]],
		['[1,2,3]', [-32600, -32600, -32600]],
		['[{"jsonrpc": "2.0", "method": "notify_sum"}, {"jsonrpc": "2.0", "method": "notify_hello"}]', [null, null]],
		['[{"foo": "boo"}, {"jsonrpc": "2.0", "method": "foo.get", "id": "5"}]', [-32600, -32601]],
	];
	for (const [text, codes] of examples) {
		test(`answers as the specification's example ${text.slice(0, 60)}`, () => {
			const decoded = decodeRequest(text);
			const messages = decoded.kind === 'single' ? [decoded.message] : decoded.messages;
			assert.equal(
				messages.map((message) =>
					message.kind === 'answer' && 'error' in message.answer ? message.answer.error.code : null,
				),
				codes,
			);
		});
	}

	test('takes what the clients of the first executor send', () => {
		const message = one(
			'{"id":"a","method":"execute","params":{"command":"ls","timeout":null,"id":3,"execution_id":null,"path":"/x"}}',
		);
		assert.equal(message, {
			kind: 'call',
			call: { method: 'execute', params: { command: 'ls', timeout: null, execution_id: null }, id: 'a' },
		});
	});

	test('reads a batch message by message', () => {
		const decoded = decodeRequest('[1,{"id":1,"method":"hook_status"},{"method":"nope"}]');
		if (decoded.kind !== 'batch') throw new Error('Expected a batch');
		assert.equal(
			decoded.messages.map(({ kind }) => kind),
			['answer', 'call', 'nothing'],
		);
	});

	test('never throws, whatever the text', () => {
		check(
			fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
				decodeRequest(text);
			}),
			{ numRuns: 500 },
		);
	});

	test('never throws, whatever stands in a request, and echoes every good id', () => {
		const id = fc.oneof(
			fc.string(),
			fc.integer(),
			fc.constant(null),
			fc.double({ noNaN: true, noDefaultInfinity: true }),
		);
		const params = fc.record(
			{ command: fc.anything(), type: fc.anything(), env: fc.anything(), execution_id: fc.anything() },
			{ requiredKeys: [] },
		);
		const method = fc.oneof(fc.constantFrom('execute', 'control', 'pong', 'hook_status', '__proto__'), fc.string());
		check(
			fc.property(id, method, fc.oneof(params, fc.jsonValue()), (rpcId, name, value) => {
				const text = JSON.stringify({ id: rpcId, method: name, params: value });
				const message = one(text);
				const echoed =
					message.kind === 'call' ? message.call.id : message.kind === 'answer' ? message.answer.id : rpcId;
				assert.is(echoed, JSON.parse(JSON.stringify(rpcId)));
			}),
			{ numRuns: 500 },
		);
	});

	test('counts nesting outside of strings only', () => {
		const text = JSON.stringify({ id: 1, method: 'execute', params: { command: `echo "${'[{'.repeat(100)}\\"` } });
		assert.is(one(text).kind, 'call');
	});
});
