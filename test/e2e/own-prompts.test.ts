import { readdirSync, readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

// The one that verifies the README needs the whole repository around it.
const PROMPTS = readdirSync('prompts').filter((name) => name.endsWith('.md') && name !== 'readme.md');
const COUNTS = /^[-|\s]*\*\*(?:Success|Failure|Completed Successfully|Failed & Improved|Total \w+)\*\*[:|\s]+(\d+)/gm;

let sandbox: Sandbox;

describe('prompts of our own', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox({ 'package.json': readFileSync('package.json', 'utf8') });
		for (const name of PROMPTS)
			sandbox.write(`prompts/${name}`, withoutCounts(readFileSync(`prompts/${name}`, 'utf8')));
	});
	afterEach(() => sandbox.remove());

	test('have no problems, and every dialect of metrics is among them', async () => {
		const files = PROMPTS.map((name) => `prompts/${name}`);
		assert.is((await sandbox.verify('lint', ...files)).stdout, '');
		const { stdout } = await sandbox.verify('show', '--json', ...files);
		const dialects = stdout
			.trim()
			.split('\n')
			.map((line) => (JSON.parse(line) as { metrics: { dialect: string } }).metrics.dialect);
		assert.equal([...new Set(dialects)].sort(), [
			'EM-list',
			'GM-list',
			'TL-list',
			'TM-list',
			'TM-table',
			'TM-uuid',
			'status-list',
		]);
	});

	test('pass, and each counts its steps', async () => {
		const { code, stdout, stderr } = await sandbox.verify(...PROMPTS.map((name) => `prompts/${name}`));
		assert.is(code, 0, stdout + stderr);
		for (const { file, counts, steps } of sandbox.record().prompts) {
			assert.equal(counts.after, { success: steps.length, failure: 0 }, file);
		}
		assert.equal(sandbox.leftovers(), []);
	});
});

describe('verify new', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	for (const [template, steps] of [
		['minimal', 1],
		['self-improving', 3],
	] as const) {
		test(`writes a prompt from ${template} that has no problems and passes at once`, async () => {
			assert.is((await sandbox.verify('new', 'two words', '--template', template)).stdout, 'prompts/two-words.md\n');
			assert.is((await sandbox.verify('lint', 'prompts/two-words.md')).stdout, '');
			const { code, stdout } = await sandbox.verify('prompts/two-words.md');
			assert.is(code, 0, stdout);
			assert.match(
				sandbox.read('prompts/two-words.md'),
				`**Success/Failure Ratio**: ${steps}:0 (Requires 10:1 to graduate)`,
			);
			assert.not.match(sandbox.read('prompts/two-words.md'), '{{');
		});
	}
});

/** The files of a working copy have been run, so their counts have grown. */
const withoutCounts = (text: string): string =>
	text
		.replace(COUNTS, (line, count: string) =>
			line.includes('Total Tasks') ? line : `${line.slice(0, -count.length)}0`,
		)
		.replace(/(Ratio\*\*:?[|\s]+)(?:\d[\d.]*:\d[\d.]*|N\/A)/g, '$10:0')
		.replace(/ ?✅ GRADUATED!/g, '');
