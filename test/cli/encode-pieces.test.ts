import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { encodePieces } from '../../src/cli/encode-pieces.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('encodePieces()', ({ test }) => {
	test('gives the bytes of the whole text, and their digest, in blocks of 256 kB or more', () => {
		const aPiece = fc.tuple(fc.string({ unit: 'grapheme' }), fc.nat({ max: 20_000 }));
		check(
			fc.property(fc.array(aPiece), (parts) => {
				const pieces = parts.map(([text, times]) => text.repeat(times));
				const hash = nodeHashes.createSha256();
				const blocks = [...encodePieces(pieces, hash)];
				const whole = Buffer.from(pieces.join(''));
				assert.ok(Buffer.concat(blocks).equals(whole));
				assert.is(hash.digest(), createHash('sha256').update(whole).digest('hex'));
				for (const block of blocks.slice(0, -1)) assert.ok(block.length >= 262_144);
			}),
		);
	});
});
