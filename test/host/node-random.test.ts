import * as assert from 'uvu/assert';
import { nodeRandom } from '../../src/host/node-random.ts';
import { describe } from '../helpers/suite.ts';

describe('nodeRandom', ({ test }) => {
	test('gives as many bytes as are asked for, also more than it fills at once', () => {
		for (const length of [0, 1, 16, 26, 4095, 4096, 4097, 10_000]) assert.is(nodeRandom.bytes(length).length, length);
	});

	test('gives no bytes twice, over many fillings, and none that were blanked', () => {
		const seen = new Set<string>();
		for (let draw = 0; draw < 2000; draw += 1) seen.add(Buffer.from(nodeRandom.bytes(16)).toString('hex'));
		assert.is(seen.size, 2000);
		assert.not(seen.has('0'.repeat(32)));
	});

	test('leaves the bytes to whoever got them', () => {
		const bytes = nodeRandom.bytes(16);
		const before = bytes.slice();
		for (let draw = 0; draw < 1000; draw += 1) nodeRandom.bytes(16).fill(0);
		assert.equal(bytes, before);
	});
});
