import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import * as assert from 'uvu/assert';
import { type StandaloneExecutor, startStandalone } from '../helpers/standalone-executor.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
	...['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
	...['--disable-component-update', '--disable-sync', '--no-first-run'],
];

let pages: Server;
let origin = '';
let browser: Browser;
let folder: Awaited<ReturnType<typeof createTempFolder>>;

/** What an evil page does; serialised into the browser. */
async function attackBySocket({ url, file }: { url: string; file: string }): Promise<string> {
	return new Promise((resolve) => {
		const socket = new WebSocket(url);
		socket.onerror = () => resolve('refused');
		socket.onmessage = ({ data }) => {
			if (String(data).includes('process.completed')) resolve('ran');
		};
		socket.onopen = () =>
			socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'execute', params: { command: `touch ${file}` } }));
	});
}

/** Tries every way that a page has to send HTTP to another origin. */
async function attackByFetch({ http, file }: { http: string; file: string }): Promise<string[]> {
	const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'execute', params: { command: `touch ${file}` } });
	const tell = (request: Promise<Response>) =>
		request.then(
			async (response) => `${response.type} ${(await response.text()).length}`,
			() => 'refused',
		);
	return [
		await tell(fetch(`${http}/ws/mcp`, { method: 'POST', body })),
		await tell(fetch(`${http}/ws/mcp`, { method: 'POST', body, mode: 'no-cors' })),
		await tell(fetch(`${http}/health`)),
		await tell(fetch(`${http}/metrics`)),
		await tell(fetch(`${http}/ws/mcp`, { method: 'POST', body, mode: 'no-cors', keepalive: true })),
	];
}

const httpOf = (server: StandaloneExecutor): string => server.url.replace(/^ws/, 'http').replace(/\/ws\/mcp$/, '');

describe('verify serve and a page in Chromium', (suite) => {
	const { before, after } = suite;
	const isHere = existsSync(CHROMIUM);
	const test: typeof suite.test = isHere
		? suite.test
		: (title) => suite.skip(title, `no Chromium at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM`);

	if (isHere) {
		before(async () => {
			folder = await createTempFolder();
			pages = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<p>Hello</p>'));
			await new Promise<void>((resolve) => {
				pages.listen(0, '127.0.0.1', resolve);
			});
			origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
			browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
		});
		after(async () => {
			await browser.close();
			pages.closeAllConnections();
			await new Promise((resolve) => {
				pages.close(resolve);
			});
			await folder[Symbol.asyncDispose]();
		});
	}

	test('cannot run a command from another origin, by WebSocket or by fetch', async () => {
		const server = await startStandalone();
		const file = `${folder.path}/evil`;
		const page = await browser.newPage();
		for (const address of [origin, origin.replace('127.0.0.1', 'localhost')]) {
			await page.goto(address);
			for (const host of ['127.0.0.1', 'localhost']) {
				const url = server.url.replace('127.0.0.1', host);
				assert.is(await page.evaluate(attackBySocket, { url, file }), 'refused', `${address} to ${url}`);
			}
			const answers = await page.evaluate(attackByFetch, { http: httpOf(server), file });
			// What a page sends without asking first, it gets no answer to that it may read.
			assert.equal(answers, ['refused', 'opaque 0', 'refused', 'refused', 'opaque 0']);
		}
		await page.goto('about:blank');
		assert.is(await page.evaluate(attackBySocket, { url: server.url, file }), 'refused', 'the origin "null"');
		assert.is(await server.close(), 0);
		assert.not.ok(existsSync(file));
		await page.close();
	});

	test('can where its origin is allowed: the test above would see it', async () => {
		const server = await startStandalone('--allow-origin', origin);
		const file = `${folder.path}/welcome`;
		const page = await browser.newPage();
		await page.goto(origin);
		assert.is(await page.evaluate(attackBySocket, { url: server.url, file }), 'ran');
		await server.close();
		assert.ok(existsSync(file));
		await page.close();
	});
});
