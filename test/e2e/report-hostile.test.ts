import { createHash } from 'node:crypto';
import type { Browser } from 'playwright-core';
import * as assert from 'uvu/assert';
import { buildIndexData } from '../../src/report/html/build-index-data.ts';
import { summarizeRun } from '../../src/report/html/summarize-run.ts';
import { hasChromium, launchChromium, NO_CHROMIUM } from '../helpers/chromium.ts';
import { createReportDesk, type ReportDesk } from '../helpers/report-pages.ts';
import { aMismatch, aRecord, printed } from '../helpers/report-samples.ts';
import { aPrompt } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const HACK = 'document.documentElement.dataset.hacked=1';
const PAYLOADS = [
	`</script><script>${HACK}</script>`,
	`<!--<script>${HACK}</script>-->`,
	`<img src=x onerror="${HACK}">`,
	`"><svg onload=${HACK}>`,
	`javascript:${HACK}`,
	`{{constructor.constructor('${HACK}')()}}`,
	`\${${HACK}}`,
	`<style>*{display:none}</style><link rel=stylesheet href=http://127.0.0.1:9/x>`,
	`<base href=http://127.0.0.1:9/><meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">`,
	`\u001b]8;;javascript:${HACK}\u0007click\u001b]8;;\u0007`,
	`\u001b[2J\u001b[1;1H\u001b]0;owned\u0007`,
	'\u202egnp.exe\u202c \u2066\u200b\ufeff',
	'\ud800 lone \udfff',
	'__proto__',
];
const ALL = PAYLOADS.join(' ');
const LONG_LINE = 'x'.repeat(10_000_000);

const evilStep = (number: number, text: string) =>
	aMismatch({
		file: `prompts/${PAYLOADS[number % PAYLOADS.length]}.md`,
		number,
		name: text,
		command: text,
		detail: text,
		attempts: [
			printed(`${text}\n${PAYLOADS.join('\n')}\n`, {
				outcome: 'failed',
				reason: 'mismatch',
				marker: text,
				executionId: text,
				detail: text,
				evidenceSource: text,
				evidenceChecks: [{ name: text, isOk: false, detail: text }],
				leaked: [{ pid: 7, command: text }],
				interruption: {
					kind: 'error-pattern',
					pattern: text,
					line: text,
					lineNumber: 2,
					before: [text],
					after: [text],
				},
				mismatch: {
					matcher: text,
					message: text,
					firstDifference: { expectedLine: 1, expected: text, actualLine: 1, actual: `${text}!` },
					diff: [{ kind: 'missing', actualLine: null, expectedLine: 1, text }],
					hints: [text],
				},
			}),
		],
	});

const evil = aRecord({
	run: ALL,
	tool: ALL,
	startedAt: ALL,
	commit: ALL,
	transcript: ALL,
	verdict: ALL,
	executor: { kind: 'remote', url: ALL, version: ALL },
	warnings: [ALL],
	prompts: [
		aPrompt({
			file: ALL,
			title: ALL,
			outcome: 'failed',
			warnings: [ALL],
			steps: PAYLOADS.map((text, index) => evilStep(index + 1, text)),
		}),
	],
});

let folder: Awaited<ReturnType<typeof createTempFolder>>;
let browser: Browser;
let desk: ReportDesk;

describe('a report of hostile output in Chromium', (suite) => {
	const test: typeof suite.test = hasChromium ? suite.test : (title) => suite.skip(title, NO_CHROMIUM);
	if (hasChromium) {
		suite.before(async () => {
			folder = await createTempFolder();
			browser = await launchChromium();
			desk = await createReportDesk(folder.path, () => browser);
		});
		suite.after(async () => {
			await browser.close();
			await folder[Symbol.asyncDispose]();
		});
	}

	test('runs no script, asks for nothing, and shows what would act as text', async () => {
		const url = await desk.write('evil.html', evil, { sources: new Map([[ALL, ALL]]) });
		const { page, complaints } = await desk.open(url);
		await page.locator('#steps tbody tr').first().waitFor();
		assert.is(await page.locator('#steps tbody tr').count(), PAYLOADS.length);
		const hrefs = await page
			.locator('a[data-row]')
			.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
		assert.ok(
			hrefs.every((href) => href.startsWith('#/')),
			'only addresses of our own making',
		);
		for (const href of [...new Set(hrefs)].slice(0, PAYLOADS.length + 1)) {
			await page.goto(`${url}${href}`);
			await page.locator('main section').first().waitFor();
			assert.is(await page.evaluate('document.documentElement.dataset.hacked'), undefined, href);
			assert.is(
				await page.locator('#app script, #app style, #app img, #app link, #app base, #app iframe').count(),
				0,
				href,
			);
		}
		await page.locator('.terminal').waitFor();
		const text = await page.evaluate('document.getElementById("app").textContent');
		assert.not.match(String(text), /[\0-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]/);
		assert.ok(String(text).includes('\\u{202e}gnp.exe'));
		assert.equal(complaints, []);
		await page.context().close();
	});

	test('would run it were it not for escaping: the test above can fail', async () => {
		const url = desk.put('open.html', `<html><body>${PAYLOADS.slice(0, 4).join(' ')}</body></html>`);
		const { page } = await desk.open(url);
		await page.waitForFunction('document.documentElement.dataset.hacked');
		await page.context().close();
	});

	test('is inert without scripts, and in the index', async () => {
		const summary = summarizeRun(evil);
		const { page, complaints } = await desk.open(desk.writeIndex('index.html', buildIndexData([summary], ALL)));
		await page.locator('#failures').waitFor();
		assert.is(await page.evaluate('document.documentElement.dataset.hacked'), undefined);
		assert.equal(complaints, []);
		await page.context().close();
		const { page: still, complaints: none } = await desk.open(await desk.write('still.html', evil), {
			javaScriptEnabled: false,
		});
		assert.is(await still.locator('#app script, #app img, #app style').count(), 0);
		assert.equal(none, []);
		await still.context().close();
	});

	test('carries a line of 10 MB in part, and stays quick', async () => {
		const attempt = printed('', {
			outcome: 'failed',
			reason: 'mismatch',
			output: {
				bytes: LONG_LINE.length,
				droppedBytes: 0,
				sha256: createHash('sha256').update(LONG_LINE).digest('hex'),
				head: LONG_LINE.slice(0, 4096),
				tail: LONG_LINE.slice(-4096),
				stderrLines: 0,
				file: 'prompts--deploy/3/out.txt',
			},
		});
		const record = aRecord({ prompts: [aPrompt({ outcome: 'failed', steps: [aMismatch({ attempts: [attempt] })] })] });
		const url = await desk.write('long.html', record, { outputs: new Map([['prompts--deploy/3/out.txt', LONG_LINE]]) });
		const { page, complaints } = await desk.open(`${url}#/step/prompts%2Fdeploy.md/3`);
		await page.locator('.terminal .line').first().waitFor();
		assert.match((await page.locator('.terminal').textContent()) ?? '', /498,000 more characters/);
		await page.locator('.terminal .link').first().click();
		await page.locator('#output a', { hasText: 'out.txt' }).waitFor();
		assert.is(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
		assert.equal(complaints, []);
		await page.context().close();
	});
});
