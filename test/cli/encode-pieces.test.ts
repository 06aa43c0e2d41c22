import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { encodePieces } from '../../src/cli/encode-pieces.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('encodePieces()', ({ test }) => {
	test('gives the bytes of the whole text in blocks of 256 KiB', () => {
		const aPiece = fc.tuple(fc.string({ unit: 'grapheme' }), fc.nat({ max: 30_000 }));
		check(
			fc.property(fc.array(aPiece), (parts) => {
				const pieces = parts.map(([text, times]) => text.repeat(times));
				const blocks = [...encodePieces(pieces)];
				assert.ok(Buffer.concat(blocks).equals(Buffer.from(pieces.join(''))));
				for (const block of blocks) assert.ok(block.length > 0 && block.length <= 262_144);
				for (const block of blocks.slice(0, -1)) assert.ok(block.length > 262_144 - 4);
			}),
		);
	});
});
