import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { isAppError } from '../../src/core/errors.ts';
import type { FoundLine } from '../../src/core/ports.ts';
import { searchLinesByRg } from '../../src/host/ripgrep-lines.ts';
import { createSearch } from '../../src/host/ripgrep-search.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const ENGINES = { rg: createSearch(), scan: createSearch({ rgPath: null }) };

async function search(
	engine: keyof typeof ENGINES,
	words: readonly string[],
	roots: readonly string[],
): Promise<readonly FoundLine[]> {
	const lines: FoundLine[] = [];
	const problems = await ENGINES[engine].linesWith(words, roots, (line) => void lines.push(line));
	assert.equal(problems, []);
	return lines.sort((a, b) => (a.file.path === b.file.path ? a.line - b.line : a.file.path < b.file.path ? -1 : 1));
}

describe('searchLinesByRg()', ({ test }) => {
	test('begins anew without mapped files when rg dies of a file that got shorter, and tells no line twice', async () => {
		await using folder = await createTempFolder();
		await writeFile(join(folder.path, 'a'), 'ONE\nTWO\n');
		const { rgPath } = await import('@vscode/ripgrep');
		const fake = join(folder.path, 'rg');
		await writeFile(
			fake,
			`#!/bin/sh\ncase "$*" in *--no-mmap*) exec '${rgPath}' "$@";; esac\n'${rgPath}' "$@" --max-count 1\nkill -BUS $$\n`,
		);
		await chmod(fake, 0o755);
		const lines: number[] = [];
		const search = {
			words: ['ONE', 'TWO'],
			roots: [join(folder.path, 'a')],
			onLine: (line: FoundLine) => void lines.push(line.line),
		};
		assert.equal([await searchLinesByRg(fake, search), lines], [[], [1, 2]]);
		assert.is(await searchLinesByRg(join(folder.path, 'none'), search), null);
	});
});

for (const engine of ['rg', 'scan'] as const) {
	describe(`linesWith() by ${engine}`, ({ test }) => {
		test('gives each line that holds a word once, with its number and place', async () => {
			await using folder = await createTempFolder();
			await mkdir(join(folder.path, '.hidden'));
			const long = `${'x'.repeat(3 << 20)}ONE${'y'.repeat(3 << 20)}`;
			await writeFile(join(folder.path, 'a'), `no\nONE TWO\n\nNO\nTWO:1:2:\u0000 ONE`);
			await writeFile(join(folder.path, '.hidden', 'b:7:\n'), Buffer.from(`\xff\xfe\n${long}\nTWO\r\n`, 'latin1'));
			const lines = await search(engine, ['ONE', 'TWO', 'THREE'], [folder.path]);
			assert.equal(
				lines.map((line) => [line.file.path.slice(folder.path.length + 1), line.line, line.offset, line.bytes.length]),
				[
					['.hidden/b:7:\n', 2, 3, long.length],
					['.hidden/b:7:\n', 3, long.length + 4, 4],
					['a', 2, 3, 7],
					['a', 5, 15, 13],
				],
			);
			assert.is(Buffer.from(lines[3]?.bytes ?? []).toString(), 'TWO:1:2:\u0000 ONE');
		});

		test('waits for its receiver, and passes on what that throws', async () => {
			await using folder = await createTempFolder();
			await writeFile(join(folder.path, 'a'), 'ONE\n'.repeat(50_000));
			let count = 0;
			const stop = new Error('enough');
			const thrown = await rejection(
				ENGINES[engine].linesWith(['ONE'], [folder.path], async () => {
					count += 1;
					if (count === 10) throw stop;
				}),
			);
			assert.equal([thrown, count], [stop, 10]);
		});

		test('refuses what is no word, nothing to search for, and a folder that is not there', async () => {
			const none = (): void => {};
			for (const words of [[], ['a b'], ['a', ''], ['\n']]) {
				assert.instance(await rejection(ENGINES[engine].linesWith(words, ['/'], none)), TypeError);
			}
			const missing = await rejection(ENGINES[engine].linesWith(['a'], ['/nowhere/at/all'], none));
			assert.ok(isAppError(missing) && missing.code === 'FILE_MISSING');
			assert.equal(await ENGINES[engine].linesWith(['a'], [], none), []);
		});
	});
}
