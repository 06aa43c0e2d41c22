import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createConnectionPair } from '../../src/executor/connection-pair.ts';
import { describe } from '../helpers/suite.ts';

describe('createConnectionPair()', ({ test }) => {
	test('brings all that is written out of the other end, both ways', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40_000 })), async (chunks) => {
				const [here, there] = createConnectionPair();
				const wanted = Buffer.concat(chunks);
				for (const end of [here, there]) {
					for (const chunk of chunks) end.write(chunk);
					end.end();
				}
				const [left, right] = await Promise.all([buffer(here), buffer(there)]);
				assert.ok(left.equals(wanted) && right.equals(wanted));
			}),
		);
	});
	test('brings the very same bytes, in a later tick', async () => {
		const [here, there] = createConnectionPair();
		const bytes = Buffer.from('output');
		let received: unknown = null;
		there.on('data', (chunk) => {
			received = chunk;
		});
		there.resume();
		await once(there, 'resume');
		here.write(bytes);
		assert.is(received, null);
		await once(there, 'data');
		assert.is(received, bytes);
	});
	test('makes the writer wait for the reader', async () => {
		const [here, there] = createConnectionPair();
		let written = 0;
		const chunk = Buffer.alloc(100_000);
		for (let count = 0; count < 10; count += 1) here.write(chunk, () => (written += 1));
		await new Promise(setImmediate);
		assert.is(written, 0);
		there.resume();
		await once(here, 'drain');
		assert.is(written, 10);
	});
	test('ends when the other end is destroyed, and can be written to no more', async () => {
		const [here, there] = createConnectionPair();
		there.resume();
		here.destroy();
		await once(there, 'end');
		there.write('too late');
		const [error] = await once(there, 'error');
		assert.is(error.code, 'EPIPE');
	});
	test('fails what waits for room when the reader is destroyed', async () => {
		const [here, there] = createConnectionPair();
		here.write(Buffer.alloc(1_000_000));
		await new Promise(setImmediate);
		there.destroy();
		const [error] = await once(here, 'error');
		assert.is(error.code, 'EPIPE');
	});
});
