import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { hitLines } from '../../src/transcript/hit-lines.ts';
import { linesBefore } from '../../src/transcript/lines-before.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const NEEDLE = Buffer.from('needle');

describe('linesBefore()', ({ test }) => {
	test('gives what hitLines() gives before a place, the nearest first', async () => {
		await using folder = await createTempFolder();
		const path = Buffer.from(join(folder.path, 'f'));
		const piece = fc.oneof(
			{ weight: 3, arbitrary: fc.constantFrom('\n', '\n\n', 'needle', 'need', 'le', 'needleneedle') },
			// Around the sizes of the windows, so that lines and needles are cut by their borders.
			{
				weight: 1,
				arbitrary: fc
					.tuple(fc.constantFrom(1 << 15, 1 << 16, 1 << 19), fc.integer({ min: -9, max: 9 }))
					.map(([size, more]) => 'x'.repeat(size + more)),
			},
		);
		await fc.assert(
			fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
				const text = `${pieces.join('')}\n`;
				await writeFile(path, text);
				const wanted = [];
				for await (const hit of hitLines(path, NEEDLE)) wanted.unshift([hit.line, hit.offset, hit.bytes.length]);
				const found = [];
				const end = { offset: text.length, line: text.split('\n').length };
				for await (const hit of linesBefore(path, NEEDLE, end)) found.push([hit.line, hit.offset, hit.bytes.length]);
				assert.equal(found, wanted);
			}),
			{ numRuns: 100 },
		);
	});

	test('does not read the line it starts from', async () => {
		await using folder = await createTempFolder();
		const path = Buffer.from(join(folder.path, 'f'));
		await writeFile(path, 'needle 1\nneedle 2\nneedle 3\n');
		const found = [];
		for await (const hit of linesBefore(path, NEEDLE, { offset: 9, line: 2 })) found.push(hit.line);
		assert.equal(found, [1]);
	});
});
