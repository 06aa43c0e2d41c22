import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { isAppError } from '../../src/core/errors.ts';
import { searchByRipgrepJs } from '../../src/host/ripgrep-js-adapter.ts';
import { createSearch } from '../../src/host/ripgrep-search.ts';
import { searchByRg } from '../../src/host/ripgrep-stream.ts';
import { searchByScan } from '../../src/host/scan-search.ts';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const WORD = 'MARKER_step_1763720000_0123456789ABCDEFGHJKMNPQRS';
const { rgPath } = await import('@vscode/ripgrep');
const engines = {
	'ripgrep-js': async (word: string, roots: readonly string[]) => ({
		files: (await searchByRipgrepJs(rgPath, word, roots)) ?? [],
	}),
	rg: async (word: string, roots: readonly string[]) => (await searchByRg(rgPath, word, roots)) ?? { files: [] },
	scan: searchByScan,
};

const write = async (path: string | Buffer, text: string | Buffer): Promise<void> => writeFile(path, text);
const namesOf = (files: readonly { readonly pathBytes: Uint8Array }[], root: string): string[] =>
	files
		.map((file) =>
			Buffer.from(file.pathBytes)
				.toString('latin1')
				.slice(root.length + 1),
		)
		.sort();

for (const [name, engine] of Object.entries(engines)) {
	describe(`search by ${name}`, ({ test }) => {
		test('finds hidden, ignored, nested, binary and unterminated files, and no others', async () => {
			await using folder = await createTempFolder();
			const at = (path: string): string => join(folder.path, path);
			await mkdir(at('.hidden/deep'), { recursive: true });
			await mkdir(at('.git'));
			await write(at('.gitignore'), '*\n');
			await write(at('.rgignore'), '*\n');
			await write(at('.hidden/deep/a.jsonl'), `{"a":"${WORD}"}\n`);
			await write(at('binary'), Buffer.concat([Buffer.alloc(70_000), Buffer.from([0xff, 0xfe, 0]), Buffer.from(WORD)]));
			await write(at('utf8-bom'), `\u{feff}${WORD}`);
			await write(at('two'), `${WORD}\n${WORD}\n`);
			await write(at('other'), WORD.slice(0, -1));
			await write(at('empty'), '');
			execFileSync('mkfifo', [at('pipe')]);
			await symlink('two', at('link'));
			await symlink('.', at('loop'));
			const { files } = await engine(WORD, [folder.path]);
			assert.equal(namesOf(files, folder.path), ['.hidden/deep/a.jsonl', 'binary', 'two', 'utf8-bom']);
		});

		test('gives back hostile names byte for byte and runs none of them', async () => {
			await using folder = await createTempFolder();
			const names = [
				'a b',
				"it's",
				'"q"',
				'$(touch x1)',
				'`touch x2`',
				'; touch x3',
				'| touch x4',
				'&& touch x5',
				'-rf',
				'--files',
				'-',
				'new\nline',
				'tab\t',
				'*',
				'{"type":"summary"}',
				'back\\slash',
				'\u{1f600} \u00fc',
				'cr\r',
				'\u001b[31m',
			].map((text) => Buffer.from(text));
			names.push(Buffer.from([0x66, 0xff, 0xfe]), Buffer.from([0xc3]));
			for (const bytes of names) await write(Buffer.concat([Buffer.from(`${folder.path}/`), bytes]), `x ${WORD}`);
			const { files } = await engine(WORD, [folder.path]);
			assert.equal(namesOf(files, folder.path), names.map((bytes) => bytes.toString('latin1')).sort());
			assert.is((await readdir(folder.path)).length, names.length);
		});

		test('searches folders with hostile names, several at once', async () => {
			await using folder = await createTempFolder();
			const roots = ["a 'b", '$(touch x)', 'new\nline', '-rf', ' '].map((text) => join(folder.path, text));
			for (const root of roots) {
				await mkdir(root);
				await write(join(root, 'f'), WORD);
			}
			const { files } = await engine(WORD, roots);
			assert.equal(files.map((file) => file.path).sort(), roots.map((root) => join(root, 'f')).sort());
			assert.equal((await readdir(folder.path)).length, roots.length);
		});

		test('finds nothing as nothing', async () => {
			await using folder = await createTempFolder();
			assert.equal((await engine(WORD, [folder.path])).files, []);
			await write(join(folder.path, 'f'), 'text\n');
			assert.equal((await engine(WORD, [folder.path])).files, []);
		});

		test('survives lines of 20 MB and finds a word across any block border', async () => {
			await using folder = await createTempFolder();
			await write(join(folder.path, 'long'), `${'x'.repeat(20_000_000)}${WORD}${'y'.repeat(1000)}`);
			await write(join(folder.path, 'border'), `${'x'.repeat((1 << 20) - 20)}${WORD}`);
			assert.equal(namesOf((await engine(WORD, [folder.path])).files, folder.path), ['border', 'long']);
		});
	});
}

describe('searchByRipgrepJs()', ({ test }) => {
	test('declines a result that would not fit, a root that is a file, and a missing rg', async () => {
		await using folder = await createTempFolder();
		await Promise.all(
			Array.from({ length: 5200 }, (_, index) => write(join(folder.path, `${index}`.padStart(200, 'n')), WORD)),
		);
		assert.is(await searchByRipgrepJs(rgPath, WORD, [folder.path]), null);
		assert.is(await searchByRipgrepJs(rgPath, WORD, [join(folder.path, '0'.padStart(200, 'n'))]), null);
		assert.is(await searchByRipgrepJs('/nowhere/rg-that-is-missing', 'w', [join(folder.path, 'gone')]), null);
		const used: string[] = [];
		const search = createSearch({ onEngine: (engine) => used.push(engine) });
		const { files, problems } = await search.filesWith(WORD, [folder.path]);
		assert.equal([files.length, problems, used], [5200, [], ['ripgrep-js', 'rg']]);
	});

	test('leaves PATH as it was', async () => {
		await using folder = await createTempFolder();
		const before = process.env.PATH;
		await searchByRipgrepJs(rgPath, WORD, [folder.path]);
		assert.is(process.env.PATH, before);
	});
});

describe('createSearch()', ({ test }) => {
	test('refuses every text with a character beyond letters, digits and underscore, before any effect', async () => {
		await using folder = await createTempFolder();
		const engines: string[] = [];
		const search = createSearch({ onEngine: (engine) => engines.push(engine) });
		const hostile = fc.oneof(
			fc.string({ maxLength: 20 }).filter((text) => !/^\w+$/.test(text)),
			fc.constantFrom("' ; touch x ; '", '$(touch x)', '`touch x`', '-e', 'a b', 'a\n', '', 'x'.repeat(201)),
		);
		await fc.assert(
			fc.asyncProperty(hostile, async (text) => {
				assert.instance(await rejection(search.filesWith(text, [folder.path])), TypeError);
			}),
		);
		assert.equal([engines, await readdir(folder.path)], [[], []]);
	});

	test('names a root that does not exist', async () => {
		const error = await rejection(createSearch().filesWith(WORD, ['test', 'no-such-folder']));
		assert.ok(isAppError(error) && error.code === 'FILE_MISSING', String(error));
		assert.is(error.message, 'Cannot search no-such-folder: there is no such folder or file');
	});

	test('scans by itself where there is no rg', async () => {
		await using folder = await createTempFolder();
		await write(join(folder.path, 'f'), WORD);
		for (const rg of [null, '/nowhere/rg']) {
			const used: string[] = [];
			const before = process.env.PATH;
			// With an empty PATH no rg of this machine can step in.
			process.env.PATH = folder.path;
			try {
				const search = createSearch({ rgPath: rg, onEngine: (engine) => used.push(engine) });
				assert.equal(
					(await search.filesWith(WORD, [folder.path])).files.map((file) => file.path),
					[join(folder.path, 'f')],
				);
			} finally {
				process.env.PATH = before;
			}
			assert.is(used.at(-1), 'scan');
		}
	});

	test('searches files too, and gives each file once where roots overlap', async () => {
		await using folder = await createTempFolder();
		const [below, file] = [join(folder.path, 'below'), join(folder.path, 'below', 'f')];
		await mkdir(below);
		await write(file, WORD);
		const { files } = await createSearch().filesWith(WORD, [folder.path, below, file, `${folder.path}/.`]);
		assert.is(files.length, 1);
		assert.equal((await createSearch().filesWith(WORD, [])).files, []);
	});

	test('tells what it could not read and gives the rest', async () => {
		await using folder = await createTempFolder();
		await chmod(folder.path, 0o755);
		await write(join(folder.path, 'f'), WORD);
		await mkdir(join(folder.path, 'locked'), { mode: 0o000 });
		const program = await bundleProgram('test/fixtures/programs/search.ts');
		// Root reads everything, so nobody is asked to search.
		const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
		for (const [args, engines] of [
			[[], ['ripgrep-js', 'rg']],
			[['no-rg'], ['scan']],
		] as const) {
			const text = execFileSync(process.execPath, [program, WORD, folder.path, ...args], {
				encoding: 'utf8',
				...identity,
			});
			const told = JSON.parse(text);
			assert.equal(
				told.files.map((file: { path: string }) => file.path),
				[join(folder.path, 'f')],
			);
			assert.equal(told.engines, engines);
			assert.is(told.problems.length, 1);
			assert.match(told.problems[0], /locked.*permission denied/i);
		}
	});
});
