import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import * as assert from 'uvu/assert';
import { type StandaloneExecutor, startStandalone } from '../helpers/standalone-executor.ts';
import { describe } from '../helpers/suite.ts';

const run = promisify(execFile);
const EXAMPLES = readdirSync('examples').filter((name) => name.endsWith('.ts'));
const PAGE = readFileSync('docs/client.md', 'utf8');

describe('examples', ({ test, before, after }) => {
	let served: StandaloneExecutor;
	before(async () => {
		served = await startStandalone();
	});
	after(async () => {
		await served.close();
	});

	for (const name of EXAMPLES) {
		test(`${name} does what it asserts`, async () => {
			const env = { ...process.env, EXECUTOR_URL: served.url };
			await run(process.execPath, ['--import', 'tsx', `examples/${name}`], { env, timeout: 30_000 });
		});
	}

	test('a plain client runs, pauses, resumes and cancels', async () => {
		const { stdout } = await run(process.execPath, ['examples/plain-client.mjs', served.url], { timeout: 30_000 });
		assert.is(stdout, 'PAUSE: paused\nRESUME: resumed\nCANCEL: canceled\nexit code -15\n');
	});

	test('compile against the declarations of the package, all of them checked', async () => {
		await run('npx', ['tsc', '-p', 'examples/tsconfig.json'], { timeout: 50_000 });
	});

	test('are what docs/client.md quotes', () => {
		const regions = EXAMPLES.flatMap((name) =>
			[...readFileSync(`examples/${name}`, 'utf8').matchAll(/^\/\/ #region [^\n]*\n(.*?)^\/\/ #endregion$/gms)].map(
				([, text]) => text,
			),
		);
		const quotes = [...PAGE.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text]) => text);
		assert.equal(quotes.toSorted(), regions.toSorted());
	});
});
