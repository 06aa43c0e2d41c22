import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { hitLines } from '../../src/transcript/hit-lines.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const NEEDLE = 'needle';

async function linesOf(path: string, lineBytes?: number): Promise<readonly (readonly [number, number, boolean])[]> {
	const found: (readonly [number, number, boolean])[] = [];
	for await (const { line, bytes, isCut } of hitLines(
		Buffer.from(path),
		Buffer.from(NEEDLE),
		lineBytes === undefined ? {} : { lineBytes },
	)) {
		assert.ok(bytes.includes(NEEDLE));
		assert.ok(!isCut || bytes.length <= 800);
		found.push([line, isCut ? 0 : bytes.length, isCut]);
	}
	return found;
}

describe('hitLines()', ({ test }) => {
	test('gives the lines that a split of the whole text gives', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'f');
		const piece = fc.oneof(
			fc.constantFrom('\n', NEEDLE, 'need', 'le', '', `${NEEDLE}${NEEDLE}`),
			// Around the size of a block, so that lines and needles are cut by its border.
			fc.integer({ min: -40, max: 40 }).map((more) => 'x'.repeat((1 << 19) + more)),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(piece, { maxLength: 24 }), async (pieces) => {
				const text = pieces.join('');
				await writeFile(path, text);
				const wanted = text
					.split('\n')
					.flatMap((line, index) => (line.includes(NEEDLE) ? [[index + 1, line.length, false]] : []));
				assert.equal(await linesOf(path), wanted);
			}),
			{ numRuns: 30 },
		);
	});

	test('gives the surroundings of a hit in a line that is too long to keep', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'f');
		const filler = Buffer.alloc(3 << 20, 'x');
		const text = (...parts: readonly (string | Buffer)[]): Buffer =>
			Buffer.concat(parts.map((part) => Buffer.from(part)));
		await writeFile(path, text('a\n', filler, NEEDLE, filler, NEEDLE, `\nb\n${NEEDLE}\n`));
		assert.equal(await linesOf(path, 2 << 20), [
			[2, 0, true],
			[4, 6, false],
		]);
		await writeFile(path, text(NEEDLE, filler, `${NEEDLE}\n${NEEDLE}`));
		assert.equal(await linesOf(path, 2 << 20), [
			[1, 0, true],
			[2, 6, false],
		]);
		await writeFile(path, text(filler, '\n', filler, NEEDLE));
		assert.equal(
			(await linesOf(path, 2 << 20)).map(([line, , isCut]) => [line, isCut]),
			[[2, true]],
		);
	});
});
