import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { encodeOutputMessage } from '../../src/executor/encode-output-message.ts';
import { FRESH_MEMORY } from '../../src/executor/message-memory.ts';
import { createOutputEncoder, type StreamName } from '../../src/executor/output-encoder.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

interface Told {
	readonly stream: StreamName;
	readonly data: string;
	readonly base64: string | null;
}

const encodeAll = (reads: readonly (readonly [StreamName, Uint8Array])[]): Told[] => {
	const encoder = createOutputEncoder();
	const chunks = [...reads.flatMap(([stream, bytes]) => encoder.add(stream, bytes) ?? []), ...encoder.end()];
	return chunks.map((chunk, seq) => {
		const message = encodeOutputMessage({ ...chunk, seq, atMs: 1.5 }, '"e"', FRESH_MEMORY);
		const { type, data, data_base64: base64 = null } = JSON.parse(message.toString()).params;
		return { stream: type, data, base64 };
	});
};

/** What a client knows: the messages' data alone. */
const rebuild = (chunks: readonly Told[], stream: StreamName): Buffer =>
	Buffer.concat(
		chunks
			.filter((chunk) => chunk.stream === stream)
			.map(({ data, base64 }) => (base64 === null ? Buffer.from(data) : Buffer.from(base64, 'base64'))),
	);

const streams = fc.constantFrom<StreamName>('stdout', 'stderr');

describe('createOutputEncoder()', ({ test }) => {
	test('lets a client rebuild the raw bytes of each stream, whatever they are and however they are cut', () => {
		// Bytes of which many are parts of longer characters.
		const byte = fc.oneof(
			fc.integer({ min: 0, max: 255 }),
			fc.constantFrom(0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80),
		);
		const bytes = fc.array(byte, { maxLength: 12 }).map((values) => Uint8Array.from(values));
		check(
			fc.property(fc.array(fc.tuple(streams, bytes), { maxLength: 12 }), (reads) => {
				const chunks = encodeAll(reads);
				for (const stream of ['stdout', 'stderr'] as const) {
					const raw = Buffer.concat(reads.filter(([name]) => name === stream).map(([, read]) => read));
					assert.is(rebuild(chunks, stream).toString('hex'), raw.toString('hex'));
				}
				assert.ok(chunks.every(({ data }) => data.length > 0));
			}),
			{ numRuns: 1000 },
		);
	});

	test('never cuts a character of valid text, and needs no base64 for it', () => {
		check(
			fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat({ max: 40 })), (text, sizes) => {
				// Lone surrogates have no UTF-8.
				const valid = Buffer.from(text).toString();
				const bytes = Buffer.from(valid);
				let at = 0;
				const reads = [...sizes, bytes.length].map((size) => {
					at += size;
					return ['stdout', bytes.subarray(at - size, at)] as const;
				});
				const chunks = encodeAll(reads);
				assert.is(chunks.map(({ data }) => data).join(''), valid);
				assert.ok(chunks.every(({ base64 }) => base64 === null));
			}),
			{ numRuns: 1000 },
		);
	});

	test('tells at the end what waited for its rest', () => {
		const [chunk, ...more] = encodeAll([['stderr', Uint8Array.of(0xe2, 0x82)]]);
		assert.equal(more, []);
		assert.is(chunk?.data, '\ufffd');
		assert.is(chunk?.base64, Buffer.from([0xe2, 0x82]).toString('base64'));
	});

	test('keeps a byte order mark', () => {
		assert.is(encodeAll([['stdout', Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)]])[0]?.data, '\ufeffa');
	});
});
