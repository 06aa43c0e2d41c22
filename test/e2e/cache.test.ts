import { chmodSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { type CliResult, createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

const promptOf = (index: number): string =>
	`# P${index}\n\n## TASK METRICS\n- **Success/Failure Ratio**: ${index}:x\n\n### Step 1: s\n**Command**: \`true\`\n\n### Step 2: t\n**Comand**: \`[todo]\`\n`;

describe('the cache of what was read', ({ test, before, after }) => {
	let sandbox: Sandbox;
	let env: Record<string, string>;
	before(() => {
		sandbox = createSandbox(Object.fromEntries([1, 2, 3].map((index) => [`p${index}.md`, promptOf(index)])));
		env = { XDG_CACHE_HOME: sandbox.path('cache') };
	});
	after(() => sandbox.remove());
	const lint = (...args: readonly string[]): Promise<CliResult> =>
		sandbox.start(['lint', 'p1.md', 'p2.md', 'p3.md', ...args], env).finished;
	const cacheFile = (): string => {
		const folder = join(sandbox.path('cache'), 'tenfold');
		return join(folder, readdirSync(folder).find((name) => name.startsWith('lint-')) ?? '');
	};
	const cacheFileOf = (name: string): string => sandbox.path(`cache/tenfold/${name}`);
	const essence = ({ code, stdout, stderr }: CliResult): unknown => ({ code, stdout, stderr });

	test('changes nothing about what is said, whatever state it is in', async () => {
		const plain = essence(await lint('--no-cache'));
		assert.throws(cacheFile, /ENOENT/);
		const cold = await lint();
		assert.equal(essence(cold), plain);
		assert.is(cold.code, 2);
		assert.match(cold.stdout, 'p2.md:4:');
		const kept = readFileSync(cacheFile());
		assert.equal(essence(await lint()), plain);
		assert.equal(readFileSync(cacheFile()), kept, 'what is known is not written again');
		truncateSync(cacheFile(), kept.length - 40);
		assert.equal(essence(await lint()), plain);
		writeFileSync(
			cacheFile(),
			kept.map((byte, index) => (index % 97 === 0 ? byte ^ 1 : byte)),
		);
		assert.equal(essence(await lint()), plain);
		writeFileSync(cacheFile(), 'no cache at all');
		assert.equal(essence(await lint()), plain);
		rmSync(sandbox.path('cache'), { recursive: true });
		assert.equal(essence(await lint()), plain);
	});

	test('follows the content of a prompt, not its name or its times', async () => {
		await lint();
		sandbox.write('p2.md', promptOf(7));
		assert.match((await lint('--json')).stdout, '7:x');
		sandbox.write('p2.md', promptOf(2));
		assert.not.match((await lint('--json')).stdout, '7:x');
	});

	test('is not asked by a program that was built from other sources', async () => {
		await lint();
		const current = cacheFile();
		const [before] = readFileSync(current, 'utf8').split('\n').filter(Boolean);
		assert.match(current, /lint-[0-9a-f]{16}-v\d+\./);
		assert.match(before ?? '', /^[0-9a-f]{64} [0-9a-f]{16} \[/);
	});

	test('removes what other versions left, the first time that this one keeps something', async () => {
		await lint();
		const current = basename(cacheFile());
		const place = (name: string, days: number): void => {
			writeFileSync(cacheFileOf(name), '');
			const at = new Date(Date.now() - days * 86_400_000);
			utimesSync(cacheFileOf(name), at, at);
		};
		const [old, recent] = ['lint-0792ffcb56cce7ab-v20.1.0.cache', 'lint-4a45089b9325c878-v20.1.0.cache'];
		place(old, 40);
		place(recent, 20);
		await lint();
		assert.equal(readdirSync(sandbox.path('cache/tenfold')).sort(), [current, old, recent].sort());
		rmSync(cacheFileOf(current));
		await Promise.all([lint(), lint(), lint()]);
		assert.equal(readdirSync(sandbox.path('cache/tenfold')).sort(), [current, recent].sort());
	});

	test('serves many processes at once', async () => {
		rmSync(sandbox.path('cache'), { recursive: true });
		const plain = essence(await lint('--no-cache'));
		const results = await Promise.all([lint(), lint(), lint()]);
		for (const result of results) assert.equal(essence(result), plain);
		assert.equal(essence(await lint()), plain);
	});

	test('holds what the gate asks for, but for nothing that a step in CI could have written', async () => {
		const gate = (extra: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<CliResult> =>
			sandbox.start(['gate', 'g.md', ...args], { ...env, ...extra }).finished;
		sandbox.write('g.md', promptOf(1).replace('1:x', '1:0'));
		const plain = essence(await gate({}, '--no-cache'));
		assert.equal(essence(await gate({})), plain);
		assert.equal(essence(await gate({})), plain);
		assert.match(JSON.stringify(plain), /gate not met/);
		const folder = join(sandbox.path('cache'), 'tenfold');
		const kept = (): string | undefined => readdirSync(folder).find((name) => name.startsWith('gate-'));
		assert.match(readFileSync(join(folder, kept() ?? ''), 'utf8'), /"digest":"[0-9a-f]{64}"/);
		rmSync(join(folder, kept() ?? ''));
		assert.equal(essence(await gate({ CI: 'true' })), plain);
		assert.is(kept(), undefined);
	});

	test('is left out where nothing can be written', async () => {
		rmSync(sandbox.path('cache'), { recursive: true });
		sandbox.write('cache', 'a file where the folder belongs');
		const plain = essence(await lint('--no-cache'));
		assert.equal(essence(await lint()), plain);
		rmSync(sandbox.path('cache'));
		await lint();
		chmodSync(cacheFile(), 0o400);
		sandbox.write('p3.md', promptOf(9));
		assert.match((await lint()).stdout, 'p3.md');
	});

	test('lets threads say the same as one alone', async () => {
		const count = 900;
		for (let index = 0; index < count; index += 1) sandbox.write(`many/p${index}.md`, promptOf(index));
		const read = (...args: readonly string[]): Promise<CliResult> =>
			sandbox.start(['lint', 'many/*.md', ...args], env).finished;
		const cold = await read();
		assert.match(cold.stderr, `${count} prompts`);
		assert.equal(essence(await read()), essence(cold));
		assert.equal(essence(await read('--no-cache')), essence(cold));
		assert.match(cold.stdout, /many\/p899\.md:4:/);
	});
});
