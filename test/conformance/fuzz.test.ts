import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { WebSocket } from 'ws';
import { decodeRequest } from '../../src/protocol/decode-request.ts';
import { decodeServerMessage } from '../../src/protocol/decode-server-message.ts';
import { LIMITS } from '../../src/protocol/limits.ts';
import { METHOD_PARAMS } from '../../src/protocol/messages.ts';
import { decodeOutputFrame, encodeOutputFrame, OUTPUT_HEADER_BYTES } from '../../src/protocol/output-frame.ts';
import { createRandom } from '../helpers/chaos-proxy.ts';
import { startExecutor, type TestExecutor } from '../helpers/executor.ts';
import { describe } from '../helpers/suite.ts';
import { connectRaw, type RawWire, request } from '../helpers/wire.ts';

const CODEC_RUNS = 20_000;
const LIVE_MESSAGES = 40_000;
const SEED = 20_251_121;

const methods = fc.oneof(
	fc.constantFrom(...Object.keys(METHOD_PARAMS), 'process.output', 'connected', '__proto__', 'constructor', ''),
	fc.string(),
);
/** A command that is run ends at once, or can't be run at all. */
const commands = fc.oneof(
	{ weight: 1, arbitrary: fc.constantFrom('true', ':', 'exit 3') },
	{ weight: 60, arbitrary: fc.constantFrom<unknown>('', ' \t\n', 'true\0', null, 7, [], {}) },
);
const values = fc.jsonValue({ maxDepth: 3 });
const params = fc.oneof(
	values.filter((value) => typeof value !== 'object' || value === null || !('command' in value)),
	fc.record(
		{
			command: commands,
			execution_id: fc.oneof(fc.string({ maxLength: 200 }), fc.constantFrom('a', 'b', '\0', ''), values),
			cwd: fc.oneof(fc.constantFrom('/', '/no/such', ''), values),
			env: fc.oneof(fc.dictionary(fc.string(), fc.string()), values),
			stdin: fc.oneof(fc.string(), values),
			marker: fc.oneof(fc.string(), values),
			// Whatever is started is started by a shell that is none.
			shell: fc.oneof(fc.constantFrom('/no/such/shell', 'sh'), fc.integer()),
			output_channel: fc.oneof(fc.integer(), fc.double()),
			timeout_ms: fc.oneof(fc.integer(), fc.double()),
			lease_ms: fc.oneof(fc.integer(), fc.double()),
			after_seq: fc.oneof(fc.integer(), fc.double()),
			seq: fc.oneof(fc.integer(), fc.double()),
			type: fc.oneof(fc.constantFrom('PAUSE', 'RESUME', 'CANCEL', 'pause'), values),
		},
		{ requiredKeys: [] },
	),
);
const requests = fc.record(
	{ jsonrpc: fc.oneof(fc.constant('2.0'), values), id: values, method: methods, params },
	{ requiredKeys: [] },
);
const messages = fc.oneof(
	{ weight: 6, arbitrary: requests.map((value) => JSON.stringify(value)) },
	{ weight: 1, arbitrary: fc.array(requests, { maxLength: 5 }).map((value) => JSON.stringify(value)) },
	// A message that is nearly right: cut, or with a character in it that is not.
	{
		weight: 2,
		arbitrary: fc
			.tuple(requests, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }))
			.map(([value, at, noise]) => {
				const text = JSON.stringify(value);
				const cut = at % (text.length + 1);
				return text.slice(0, cut) + noise + (at % 2 === 0 ? '' : text.slice(cut));
			})
			// A whole command that noise made of it must not run.
			.filter((text) => !text.includes('"command":"') || !isJson(text)),
	},
	{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
	{ weight: 1, arbitrary: fc.json() },
	{ weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }).map((depth) => '['.repeat(depth)) },
);

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

const CHECK = { numRuns: CODEC_RUNS, seed: SEED };

describe('fuzzing of the codec', ({ test }) => {
	test(`decodeRequest() reads ${CODEC_RUNS} messages without a throw, and what it lets through keeps its limits`, () => {
		fc.assert(
			fc.property(messages, (text) => {
				const decoded = decodeRequest(text);
				for (const message of decoded.kind === 'single' ? [decoded.message] : decoded.messages) {
					if (message.kind !== 'call') continue;
					const { method, params: checked } = message.call;
					assert.ok(Object.hasOwn(METHOD_PARAMS, method));
					if (method !== 'execute') continue;
					assert.type(checked.command, 'string');
					assert.ok((checked.execution_id?.length ?? 0) <= LIMITS.idLength);
				}
			}),
			CHECK,
		);
	});

	test(`decodeServerMessage() reads ${CODEC_RUNS} messages without a throw`, () => {
		fc.assert(
			fc.property(messages, (text) => {
				assert.type(decodeServerMessage(text).kind, 'string');
			}),
			CHECK,
		);
	});

	test(`decodeOutputFrame() reads ${CODEC_RUNS} messages without a throw, and reads back what was written`, () => {
		const frames = fc.record({
			channel: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
			stream: fc.constantFrom('stdout' as const, 'stderr' as const),
			seq: fc.maxSafeNat(),
			atMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
			bytes: fc.uint8Array({ maxLength: 50 }),
		});
		fc.assert(
			fc.property(frames, fc.uint8Array({ maxLength: 60 }), (frame, noise) => {
				const message = new Uint8Array(OUTPUT_HEADER_BYTES + frame.bytes.length);
				encodeOutputFrame(frame, message);
				assert.equal({ ...decodeOutputFrame(message) }, { ...frame });
				const decoded = decodeOutputFrame(noise);
				if (decoded) assert.is(decoded.bytes.length, noise.length - OUTPUT_HEADER_BYTES);
			}),
			CHECK,
		);
	});
});

describe('fuzzing of a live executor', ({ test, before, after }) => {
	let served: TestExecutor;
	before(async () => {
		served = await startExecutor({ isTcp: true });
	});
	after(() => served.close());

	const isAlive = async (wire: RawWire): Promise<void> => {
		wire.socket.ping();
		await once(wire.socket, 'pong');
		wire.send(request('alive', 'hook_status'));
		assert.is((await wire.answer('alive')).result?.enabled, false);
	};

	test(`serves on after ${LIVE_MESSAGES} messages, right, nearly right and random`, async () => {
		const texts = fc.sample(messages, { numRuns: LIVE_MESSAGES / 10, seed: SEED });
		const wire = await connectRaw(served.url);
		// Each batch once is enough to judge; ten times in another order meets other states of the connection.
		const random = createRandom(SEED);
		for (let round = 0; round < 10; round += 1) {
			for (let index = 0; index < texts.length; index += 1) {
				const text = texts[Math.floor(random() * texts.length)] ?? '';
				if (index % 20 === 0) wire.socket.send(Buffer.from(text));
				else wire.send(text);
				if (index % 500 === 0) await isAlive(wire);
			}
		}
		await isAlive(wire);
		await wire.close();
	});

	test('serves others while 500 connections send bytes that are no WebSocket, or no HTTP', async () => {
		const { hostname, port } = new URL(served.url);
		const upgrade =
			'GET /ws/mcp HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
		const samples = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 2000 }), { numRuns: 500, seed: SEED });
		const wire = await connectRaw(served.url);
		for (let start = 0; start < samples.length; start += 50) {
			await Promise.all(
				samples.slice(start, start + 50).map(async (bytes, index) => {
					const socket = connect(Number(port), hostname);
					socket.on('error', () => {});
					if (index % 2 === 0) socket.write(upgrade);
					socket.end(bytes);
					socket.resume();
					await once(socket, 'close');
				}),
			);
			await isAlive(wire);
		}
		await wire.close();
	});

	test('closes with the code of RFC 6455 after text that is not UTF-8, and serves others', async () => {
		const socket = new WebSocket(served.url, { skipUTF8Validation: true });
		await once(socket, 'open');
		socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
		const [code] = await once(socket, 'close');
		assert.is(code, 1007);
		const wire = await connectRaw(served.url);
		await isAlive(wire);
		await wire.close();
	});
});
