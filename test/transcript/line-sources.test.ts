import { appendFile, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createAgentWatch, type LineSource, recentLines } from '../../src/transcript/line-sources.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const WORDS = ['ONE', 'TWO'];

async function linesOf(
	source: LineSource,
	folder: string,
): Promise<readonly (readonly [string, number, number, string])[]> {
	const found: (readonly [string, number, number, string])[] = [];
	const { problems } = await source(WORDS, async ({ file, line, offset, bytes }) => {
		found.push([file.path.slice(folder.length + 1), line, offset, Buffer.from(bytes).toString()]);
	});
	assert.equal(problems, []);
	return found.sort();
}

describe('createAgentWatch()', ({ test }) => {
	test('gives the lines that were begun or ended since, wherever the file was cut then', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'a.jsonl');
		const piece = fc.constantFrom('ONE', 'TWO', 'no', '\n', '\n\n', 'ON', 'E');
		await fc.assert(
			fc.asyncProperty(fc.array(piece), fc.array(piece, { minLength: 1 }), async (before, after) => {
				await writeFile(path, before.join(''));
				const watch = await createAgentWatch([folder.path]);
				await appendFile(path, after.join(''));
				const text = [...before, ...after].join('');
				const size = before.join('').length;
				let offset = 0;
				const wanted = text.split('\n').flatMap((line, index) => {
					const start = offset;
					offset += line.length + 1;
					// What was whole before is known from then, and a word that began before is not new.
					const added = line.slice(Math.max(0, size - start));
					const isNew = start + line.length >= size && WORDS.some((word) => added.includes(word));
					return isNew ? [['a.jsonl', index + 1, start, line] as const] : [];
				});
				assert.equal(await linesOf(watch.lines, folder.path), [...wanted].sort());
			}),
			{ numRuns: 200 },
		);
	});

	test('sees new files and folders, reads a file that got shorter from its start, and nothing else', async () => {
		await using folder = await createTempFolder();
		const at = (path: string): string => join(folder.path, path);
		await writeFile(at('old.jsonl'), 'ONE\n');
		await writeFile(at('short.jsonl'), 'no no no\nno\n');
		const watch = await createAgentWatch([folder.path, at('gone')]);
		await mkdir(at('s/tool-results'), { recursive: true });
		await writeFile(at('s/tool-results/b.txt'), 'TWO');
		await writeFile(at('short.jsonl'), 'ONE\n');
		await writeFile(at('s/picture.png'), 'ONE');
		assert.equal(await linesOf(watch.lines, folder.path), [
			['s/tool-results/b.txt', 1, 0, 'TWO'],
			['short.jsonl', 1, 0, 'ONE'],
		]);
		const { files } = await watch.lines(WORDS, async () => {});
		assert.is(files, 2);
		await rm(at('s'), { recursive: true });
		assert.is((await watch.lines(WORDS, async () => {})).files, 1);
	});
});

describe('recentLines()', ({ test }) => {
	test('reads only what was written to since', async () => {
		await using folder = await createTempFolder();
		const at = (path: string): string => join(folder.path, path);
		for (const name of ['old.jsonl', 'new.jsonl']) await writeFile(at(name), 'no\nONE and TWO\nTWO');
		await utimes(at('old.jsonl'), 0, 0);
		const sinceMs = Date.now() - 60_000;
		const wanted = [
			['new.jsonl', 2, 3, 'ONE and TWO'],
			['new.jsonl', 3, 15, 'TWO'],
		];
		assert.equal(await linesOf(recentLines([folder.path], sinceMs), folder.path), wanted);
		assert.is((await recentLines([folder.path], sinceMs)(WORDS, async () => {})).files, 1);
	});
});
