import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { buildIndexData } from '../../src/report/html/build-index-data.ts';
import { summarizeRun } from '../../src/report/html/summarize-run.ts';
import { hasChromium, launchChromium, NO_CHROMIUM } from '../helpers/chromium.ts';
import { createReportDesk, type ReportDesk } from '../helpers/report-pages.ts';
import { aMismatch, aRecord, manySteps, printed, someHistory } from '../helpers/report-samples.ts';
import { aPrompt, aStep } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const FILE = 'prompts/deploy.md';
const SOURCE = [
	'# Deploy',
	'',
	'## Step 1: install',
	'',
	'```bash',
	'make install',
	'```',
	'',
	'## Step 3: start the server',
	'',
];
const sample = aRecord({
	prompts: [
		aPrompt({
			outcome: 'failed',
			digests: { verified: '', left: nodeHashes.sha256(SOURCE.join('\n')), steps: [] },
			steps: [
				aStep({ number: 1, name: 'install', line: 3, attempts: [printed('all is well\n')] }),
				aMismatch({
					line: 9,
					attempts: [
						printed('first try\n', { outcome: 'failed', reason: 'exit-code', exitCode: 7 }),
						...aMismatch().attempts.map((attempt) => ({ ...attempt, number: 2 })),
					],
				}),
			],
		}),
		aPrompt({
			file: 'prompts/build.md',
			title: 'Build',
			steps: [aStep({ file: 'prompts/build.md', number: 1, name: 'compile' })],
		}),
	],
});
const extras = { sources: new Map([[FILE, SOURCE.join('\n')]]), summaries: someHistory(sample, 12) };
const stepHash = `#/step/${encodeURIComponent(FILE)}/3`;

let folder: Awaited<ReturnType<typeof createTempFolder>>;
let browser: Browser;
let desk: ReportDesk;
let url = '';
let index = '';

const rows = (page: Page): Promise<number> => page.locator('#steps tbody tr').count();

/** Serious and critical findings, each with the first place that has it. */
async function seriousFindings(page: Page): Promise<string[]> {
	const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
	await page.evaluate(source);
	const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
	return violations
		.filter(({ impact }) => impact === 'serious' || impact === 'critical')
		.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}

describe('the report in Chromium', (suite) => {
	const test: typeof suite.test = hasChromium ? suite.test : (title) => suite.skip(title, NO_CHROMIUM);
	if (hasChromium) {
		suite.before(async () => {
			folder = await createTempFolder();
			browser = await launchChromium();
			desk = await createReportDesk(folder.path, () => browser);
			url = await desk.write('report.html', sample, extras);
			index = desk.writeIndex('index.html', buildIndexData([...extras.summaries, summarizeRun(sample)], 'tenfold'));
		});
		suite.after(async () => {
			await browser.close();
			await folder[Symbol.asyncDispose]();
		});
	}

	test('tells verdict, reason, prompts and failures, and asks nobody for anything', async () => {
		const { page, complaints } = await desk.open(url);
		assert.is(await page.locator('h1').textContent(), 'failed');
		assert.match(
			(await page.locator('.why').textContent()) ?? '',
			/Of 3 steps of 2 prompts: 1 failed\. First: prompts\/deploy\.md:9/,
		);
		assert.is(await page.locator('#failures .message').first().textContent(), 'Line 2 is not what was expected');
		assert.is(await page.locator('#prompts tbody tr').count(), 2);
		assert.is(await page.locator('#prompts tbody tr').first().locator('.strip li').count(), 13);
		assert.is(await page.locator('figure').count(), 2);
		for (const hash of [stepHash, `#/prompt/${encodeURIComponent(FILE)}`, '#/prompt/none', '#/step/%E0%A4%A/x']) {
			await page.goto(url + hash);
			await page.locator('main').waitFor();
		}
		assert.equal(complaints, []);
		await page.context().close();
	});

	test('is readable without scripts, with the details of the summary', async () => {
		const { page } = await desk.open(url, { javaScriptEnabled: false });
		assert.is(await page.locator('h1').innerText(), 'failed');
		const text = await page.locator('body').innerText();
		for (const part of [
			'start the server',
			'Line 2 is not what was expected',
			'prompts/build.md',
			'12:0',
			'Scripts are off',
		])
			assert.ok(text.includes(part), part);
		assert.is(await page.locator('button:visible, input:visible').count(), 0);
		await page.context().close();
	});

	test('filters steps, and keeps the filter in the address', async () => {
		const { page } = await desk.open(url);
		assert.is(await rows(page), 3);
		await page.locator('#filter').fill('outcome:failed prompt:deploy');
		await page.waitForURL(/q=outcome%3Afailed%20prompt%3Adeploy/);
		assert.is(await rows(page), 1);
		assert.is(await page.locator('#steps h2 .faint').textContent(), '1 of 3');
		await page.goto(`${url}#/?q=-outcome%3Afailed`);
		await page.locator('#steps tr', { hasText: 'compile' }).waitFor();
		assert.is(await rows(page), 2);
		assert.is(await page.locator('#filter').inputValue(), '-outcome:failed');
		await page.locator('#filter').fill('colour:red');
		assert.match(
			(await page.locator('.problem').textContent()) ?? '',
			/There is no “colour:”; there are outcome, prompt/,
		);
		await page.locator('.outcomes a', { hasText: 'passed' }).click();
		await page.waitForURL(/q=outcome%3Apassed/);
		assert.is(await rows(page), 2);
		await page.context().close();
	});

	test('works by keys alone', async () => {
		const { page } = await desk.open(url);
		await page.keyboard.press('/');
		await page.keyboard.type('compile');
		await page.waitForURL(/q=compile/);
		await page.keyboard.press('Escape');
		await page.locator('#steps tr', { hasText: 'compile' }).locator('a').focus();
		await page.keyboard.press('Enter');
		await page.waitForURL(/step\/prompts%2Fbuild\.md\/1/);
		// Until the page is drawn, Escape is for the link that had the focus.
		await page.locator('#output').waitFor();
		await page.keyboard.press('Escape');
		await page.waitForURL(/prompt\/prompts%2Fbuild\.md/);
		await page.goto(url);
		await page.keyboard.press('j');
		const first = await page.evaluate("document.activeElement.getAttribute('href')");
		assert.is(first, stepHash);
		await page.keyboard.press('j');
		await page.keyboard.press('k');
		assert.is(await page.evaluate("document.activeElement.getAttribute('href')"), first);
		await page.keyboard.press('?');
		assert.ok(await page.locator('#help').isVisible());
		await page.keyboard.press('Escape');
		assert.not.ok(await page.locator('#help').isVisible());
		await page.goto(`${url}${stepHash}`);
		await page.locator('#output').waitFor();
		await page.keyboard.press('k');
		await page.waitForURL(/deploy\.md\/1$/);
		await page.context().close();
	});

	test('shows of a step the first difference, coloured output, line links, search, attempts and evidence', async () => {
		const { page, complaints } = await desk.open(`${url}${stepHash}`);
		await page.locator('#difference').waitFor();
		assert.is(await page.locator('.compare .missing').textContent(), 'listening·on·http://*·(glob)');
		assert.is(await page.locator('.diff-line.first .text').textContent(), 'missing: listening on http://* (glob)');
		assert.is(await page.locator('.terminal .fg-green').textContent(), 'starting');
		assert.is(await page.locator('.terminal .is-bold').textContent(), 'Error: listen EADDRINUSE :::3000');
		assert.match((await page.locator('.terminal span[style]').getAttribute('style')) ?? '', /255, 135, 0/);
		await page.locator('.line .gutter').nth(2).click();
		await page.waitForURL(/attempt=2&line=3/);
		assert.match((await page.locator('.line.marked').textContent()) ?? '', /setupListenHandle/);
		await page.keyboard.press('/');
		await page.keyboard.type('LISTEN');
		assert.is(await page.locator('#output .tools .number').textContent(), '1/2');
		await page.keyboard.press('Enter');
		assert.is(await page.locator('#output .tools .number').textContent(), '2/2');
		assert.is(await page.locator('#evidence .checks .ok').count(), 4);
		await page.locator('.tabs a').first().click();
		await page.locator('.terminal', { hasText: 'first try' }).waitFor();
		assert.match((await page.locator('main').textContent()) ?? '', /ended with exit code 7/);
		assert.equal(complaints, []);
		await page.context().close();
	});

	test('shows a prompt as it is written, each result under its heading', async () => {
		const { page } = await desk.open(`${url}#/prompt/${encodeURIComponent(FILE)}`);
		await page.locator('.source').waitFor();
		assert.is(await page.locator('.source-line').count(), SOURCE.length - 1);
		const places = await page
			.locator('.result')
			.evaluateAll((results) =>
				results.map((result) => `${result.previousElementSibling?.querySelector('.text')?.textContent}`),
			);
		assert.equal(places, ['## Step 1: install', '## Step 3: start the server']);
		await page.locator('.result.failed').click();
		await page.waitForURL(/deploy\.md\/3/);
		await page.context().close();
	});

	test('copies what is asked for', async () => {
		const { page } = await desk.open(`${url}${stepHash}`, { permissions: ['clipboard-read', 'clipboard-write'] });
		const copied = async (label: string): Promise<string> => {
			await page.getByRole('button', { name: label }).click();
			await page.getByRole('button', { name: 'Copied' }).first().waitFor();
			return (await page.evaluate('navigator.clipboard.readText()')) as string;
		};
		assert.is(await copied('Copy rerun command'), 'verify prompts/deploy.md --step 3');
		const bundle = await copied('Copy for a fixer');
		for (const part of ['node server.js', 'listening on http://* (glob)', 'EADDRINUSE', '--step 3'])
			assert.ok(bundle.includes(part), part);
		await page.goto(url);
		assert.match(await copied('Copy as markdown'), /^## verify: failed/);
		await page.context().close();
	});

	test('computes its digests again, and finds what was changed', async () => {
		const { page } = await desk.open(url);
		await page.getByRole('button', { name: 'Recompute digests' }).click();
		await page.locator('#verify-file .checks').waitFor();
		const text = (await page.locator('#verify-file').textContent()) ?? '';
		assert.match(text, /1 block of details as they were written/);
		assert.match(text, /1 prompt as the run left it/);
		assert.match(text, /3 outputs have the digest that the executor told/);
		assert.match(text, /What this cannot prove/);
		await page.context().close();
		const path = fileURLToPath(url);
		const html = readFileSync(path, 'utf8');
		const forged = html.replace(/(id="chunk-0">.{200})./, (_, before: string) => `${before}A`);
		const { page: other } = await desk.open(desk.put('forged.html', forged));
		await other.getByRole('button', { name: 'Recompute digests' }).click();
		await other.locator('#verify-file .checks .bad').waitFor();
		assert.match((await other.locator('#verify-file').textContent()) ?? '', /changed since they were written: block 1/);
		await other.context().close();
	});

	for (const colorScheme of ['light', 'dark'] as const) {
		test(`has no serious finding of axe, ${colorScheme}`, async () => {
			// Axe comes into the page from outside, which the page's own policy forbids.
			const { page } = await desk.open(url, { colorScheme, bypassCSP: true });
			for (const [hash, ready] of [
				['#/', '#steps'],
				[stepHash, '#evidence'],
				[`#/prompt/${encodeURIComponent(FILE)}`, '.source'],
			] as const) {
				await page.goto(url + hash);
				await page.locator(ready).waitFor();
				assert.equal(await seriousFindings(page), [], hash);
			}
			await page.keyboard.press('?');
			assert.equal(await seriousFindings(page), [], 'help');
			await page.goto(index);
			await page.locator('#runs').waitFor();
			assert.equal(await seriousFindings(page), [], 'index');
			await page.context().close();
		});
	}

	test('fits a phone, and changes its colours at a press', async () => {
		const { page } = await desk.open(url, { viewport: { width: 390, height: 844 } });
		for (const hash of ['#/', stepHash, `#/prompt/${encodeURIComponent(FILE)}`]) {
			await page.goto(url + hash);
			await page.locator('main section').first().waitFor();
			assert.is(await page.evaluate('document.documentElement.scrollWidth'), 390, hash);
		}
		const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
		const light = await ground();
		await page.locator('#theme-button').click();
		await page.locator('#theme-button').click();
		assert.is.not(await ground(), light);
		await page.context().close();
	});

	test('tells of all runs in the index', async () => {
		const { page, complaints } = await desk.open(index);
		assert.is(await page.locator('h1').textContent(), '2 prompts');
		assert.is(await page.locator('#prompts tbody tr').count(), 2);
		const href = await page.locator('#prompts tbody tr a.step-link').last().getAttribute('href');
		assert.is(href, `${sample.run}/report.html#/prompt/prompts%2Fdeploy.md`);
		assert.match((await page.locator('#failures').textContent()) ?? '', /Line 2 is not what was expected/);
		await page.keyboard.press('/');
		await page.keyboard.type('build');
		await page.waitForFunction("document.querySelectorAll('#prompts tbody tr').length === 1");
		assert.equal(complaints, []);
		await page.context().close();
	});

	test('of 1,000 steps weighs less than 1 MB and opens in less than 2 s; one of 20,000 opens too', async () => {
		const large = manySteps(1000);
		const page1000 = await desk.write('1000.html', large, { summaries: someHistory(large, 24) });
		assert.ok(readFileSync(fileURLToPath(page1000)).length < 1_000_000);
		const { page: blank, complaints } = await desk.open('about:blank');
		const session = await blank.context().newCDPSession(blank);
		// Time of the page's thread, not of the clock: a busy machine proves nothing.
		await session.send('Performance.enable', { timeDomain: 'threadTicks' });
		await blank.goto(page1000);
		await blank.locator('.has-script #steps tbody tr').first().waitFor();
		await blank.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
		const { metrics } = await session.send('Performance.getMetrics');
		const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
		assert.ok(seconds > 0 && seconds < 2, `${seconds} s`);
		assert.equal(
			complaints.filter((complaint) => !complaint.startsWith('request: file:')),
			[],
		);
		await blank.context().close();
		const { page } = await desk.open(await desk.write('20000.html', manySteps(20_000)));
		await page.locator('#filter').fill('prompt:prompt-777 step:3');
		await page.waitForURL(/q=prompt/);
		await page.locator('#steps tbody tr', { hasText: 'check part 3' }).locator('a').first().click();
		await page.locator('#evidence').waitFor();
		await page.context().close();
	});
});
