import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { promptFolder } from '../../../src/cli/html/prompt-folder.ts';
import { check } from '../../helpers/check.ts';
import { describe } from '../../helpers/suite.ts';
import { createTempFolder } from '../../helpers/temp-folder.ts';

/** Made of what names are made of, so that many of them are nearly the same. */
const path = fc
	.array(fc.constantFrom('a', 'A', 'b', '-', '/', '.', '~', '_', ' ', '..', '.md', 'ä', 'run.json'), { maxLength: 8 })
	.map((parts) => parts.join(''));
const file = fc.oneof(
	path.map((name) => `${name}.md`),
	path,
	fc.string({ unit: 'binary' }).filter((name) => name.isWellFormed()),
);
const like = (one: string): fc.Arbitrary<string> =>
	fc.constantFrom(
		one.replace('/', '-'),
		one.replace('-', '/'),
		one.replace('-', '--'),
		one.replace('/', '--'),
		one.toUpperCase(),
		one.toLowerCase(),
		one.replace(/\.md$/, ''),
		`./${one}`,
		promptFolder(one),
		`${promptFolder(one)}.md`,
	);

describe('promptFolder()', ({ test }) => {
	test('is named like the prompt', () => {
		assert.is(promptFolder('deploy.md'), 'deploy');
		assert.is(promptFolder('prompts/deploy.md'), 'prompts--deploy');
		assert.is(promptFolder('team/prompts/deploy_v1.2.md'), 'team--prompts--deploy_v1.2');
		assert.is(promptFolder('prompts/roll-back.md'), 'prompts--roll-back');
		assert.is(promptFolder('skills/pdf/SKILL.md'), 'skills--pdf--SKILL');
		assert.match(promptFolder('a--b.md'), /^a--b~[0-9a-f]{16}$/);
		assert.match(promptFolder('../other folder/.hidden.md'), /^other-folder-.hidden~[0-9a-f]{16}$/);
		assert.match(promptFolder('資料.md'), /^prompt~[0-9a-f]{16}$/);
	});

	test('differs wherever the paths differ', () => {
		const pair = file.chain((one) => fc.tuple(fc.constant(one), fc.oneof(file, like(one))));
		check(
			fc.property(pair, ([one, other]) => {
				fc.pre(one !== other);
				assert.is.not(promptFolder(one), promptFolder(other));
			}),
			{ numRuns: 2000 },
		);
	});

	test('is never the name of a file of the run, nor one that leads elsewhere', () => {
		check(
			fc.property(file, (name) => {
				const folder = promptFolder(name);
				assert.ok(!/[/\\\0]|^\.|^-|\.(?:html|json|xml)$/.test(folder), folder);
			}),
		);
	});

	test('is a folder that can be made, however long the path is', async () => {
		await using folder = await createTempFolder();
		const long = 'x'.repeat(200);
		const files = [
			`${long}.md`,
			`${long}y.md`,
			`${long}/${long}/${long}.md`,
			`${'ä'.repeat(300)}.md`,
			`${'a-'.repeat(99)}a.md`,
		];
		for (const name of files) await mkdir(join(folder.path, promptFolder(name)));
		assert.is((await readdir(folder.path)).length, files.length);
	});
});
