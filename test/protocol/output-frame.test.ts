import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { decodeOutputFrame, encodeOutputFrame, OUTPUT_HEADER_BYTES } from '../../src/protocol/output-frame.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('decodeOutputFrame()', ({ test }) => {
	test('reads what encodeOutputFrame() wrote, wherever it stands in memory', () => {
		const frame = fc.record(
			{
				channel: fc.integer({ min: 0, max: 0xffff_ffff }),
				stream: fc.constantFrom('stdout' as const, 'stderr' as const),
				seq: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
				atMs: fc.integer({ min: 0, max: 4e12 }),
				bytes: fc.uint8Array({ maxLength: 40 }),
			},
			{ noNullPrototype: true },
		);
		check(
			fc.property(frame, fc.nat({ max: 9 }), (written, offset) => {
				const message = new Uint8Array(offset + OUTPUT_HEADER_BYTES + written.bytes.length).subarray(offset);
				encodeOutputFrame(written, message);
				assert.equal(decodeOutputFrame(message), written);
			}),
		);
	});

	test('never throws, and knows no version but its own', () => {
		check(
			fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
				const frame = decodeOutputFrame(bytes);
				assert.ok(frame === null || (bytes[0] === 1 && bytes.length >= OUTPUT_HEADER_BYTES));
			}),
		);
		assert.is(decodeOutputFrame(Uint8Array.of(2, ...Array(30).fill(0))), null);
	});

	test('is pinned: a version of this layout stays readable', () => {
		const message = new Uint8Array(OUTPUT_HEADER_BYTES + 2);
		encodeOutputFrame({ channel: 7, stream: 'stderr', seq: 3, atMs: 1.5, bytes: Uint8Array.of(104, 105) }, message);
		const hex = Array.from(message, (byte) => byte.toString(16).padStart(2, '0')).join('');
		assert.is(hex, '01010000000000074008000000000000' + '3ff8000000000000' + '6869');
	});
});
