import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import * as assert from 'uvu/assert';
import { type McpSession, openMcpSession } from '../helpers/mcp-client.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

const GOOD = promptText([{ command: 'echo fine' }, { command: 'test 1 = 1' }]);
const BAD = promptText([{ command: 'echo fine' }, { command: 'echo one; exit 3', name: 'Ends badly' }]);
// Says that it runs by a file, and would run for ever.
const ENDLESS = promptText([{ command: 'echo fine' }, { command: 'touch running; sleep 1000' }]);

interface Answer {
	readonly isError: boolean;
	readonly text: string;
	// biome-ignore lint/suspicious/noExplicitAny: held against the tool's schema by the client
	readonly structured: any;
	// biome-ignore lint/suspicious/noExplicitAny: looked at field by field
	readonly meta: any;
}

let sandbox: Sandbox;
let session: McpSession;

async function call(name: string, args: object = {}, { client } = session): Promise<Answer> {
	const result = await client.callTool({ name, arguments: { ...args } });
	const [block] = result.content as { text: string }[];
	return {
		isError: result.isError === true,
		text: block?.text ?? '',
		structured: result.structuredContent,
		meta: result._meta,
	};
}

/** A condition that nothing announces: another process makes it true. */
async function until(isTrue: () => boolean): Promise<void> {
	const end = Date.now() + 30_000;
	while (!isTrue()) {
		if (Date.now() > end) throw new Error('It never came true');
		await new Promise((settle) => setTimeout(settle, 10));
	}
}

describe('verify mcp', ({ test, before, after, beforeEach, afterEach }) => {
	before(() => {
		sandbox = createSandbox({ 'outside.md': GOOD });
	});
	beforeEach(async () => {
		for (const [file, text] of [
			['p/good.md', GOOD],
			['p/bad.md', BAD],
			['p/endless.md', ENDLESS],
		] as const)
			sandbox.write(file, text);
		session = await openMcpSession(sandbox);
	});
	afterEach(async () => {
		await session[Symbol.asyncDispose]();
		assert.equal(session.errors, [], 'stdout held nothing but the protocol');
	});
	after(() => sandbox.remove());

	test('offers its tools with strict schemas, and tells the loop', async () => {
		const { tools } = await session.client.listTools();
		assert.equal(
			tools.map(({ name }) => name),
			['verify_run', 'verify_explain', 'verify_show', 'verify_gate', 'verify_find_marker', 'verify_audit'],
		);
		for (const { name, inputSchema, outputSchema, description } of tools) {
			assert.is(inputSchema.additionalProperties, false, name);
			assert.ok(outputSchema?.required?.includes('summary'), name);
			assert.ok((description ?? '').length > 50, name);
		}
		assert.match(session.client.getInstructions() ?? '', /verify_run.*verify_explain.*verify_gate/s);
		assert.equal(session.client.getServerVersion()?.name, 'verify');
	});

	test('runs prompts, counts, and ends its text with the proof of the run', async () => {
		const { isError, text, structured } = await call('verify_run', { prompts: ['p/good.md'] });
		assert.not(isError);
		assert.is(structured.verdict, 'passed');
		assert.equal(structured.prompts[0].counts, { success: 2, failure: 0 });
		assert.is(countsIn(sandbox.read('p/good.md')), '2:0');
		assert.match(text, /^PASS {2}p\/good\.md/);
		assert.is(text.split('\n').at(-1), sandbox.record().proof);
		assert.is(structured.summary, text);
		assert.is(structured.run, sandbox.record().run);
	});

	test('shows the failing block, explains it, and the gate says what is missing', async () => {
		const run = await call('verify_run', { prompts: ['p/*.md'], steps: '1-2', timeout: '2s', write: false });
		assert.not(run.isError);
		assert.is(run.structured.exitCode, 1);
		assert.match(run.text, /FAIL {2}p\/bad\.md:\d+ {2}step 2\/2 "Ends badly" {2}exit-code/);
		assert.match(run.text, /FAIL {2}p\/endless\.md:\d+ .*timeout/);
		assert.match(run.text, /^next: verify_explain \{"run":/m);
		assert.is(countsIn(sandbox.read('p/bad.md')), '0:0', 'write: false');
		const { text, structured } = await call('verify_explain', { file: 'p/bad.md' });
		assert.match(text, /\| one\n\nwhat to do: find out from the output why the command failed/);
		assert.equal([structured.step.reason, structured.step.exitCode, structured.step.output], ['exit-code', 3, 'one']);
		assert.is(structured.others[0].file, 'p/endless.md');
		const passed = await call('verify_explain', { file: 'p/bad.md', step: 1, run: structured.run.slice(0, 20) });
		assert.match(passed.text, /p\/bad\.md step 1 passed/);
		const gate = await call('verify_gate', { prompts: ['p/bad.md'] });
		assert.equal([gate.structured.isMet, gate.structured.exitCode, gate.isError], [false, 7, false]);
		assert.match(gate.text, /^NOT MET .*\n(?:.*\n)*gate not met/);
	});

	test('shows, audits, and finds markers', async () => {
		await call('verify_run', { prompts: ['p/bad.md'] });
		const show = await call('verify_show', { prompts: ['p/bad.md'] });
		assert.is(show.structured.prompts[0].steps[1].name, 'Ends badly');
		assert.match(show.text, /echo one; exit 3/);
		const marker = sandbox.record().prompts[0]?.steps[0]?.attempts[0]?.marker ?? '';
		const found = await call('verify_find_marker', { marker, folders: ['transcripts'] });
		assert.ok(found.structured.total > 0 && found.structured.hits.length === found.structured.total);
		assert.match(found.text, /bracket/);
		assert.ok((await call('verify_audit', { prompts: ['p/bad.md'], deep: true })).structured.isIntact);
		sandbox.write('p/bad.md', sandbox.read('p/bad.md').replace(/Ratio\*\*: \d+:\d+/, 'Ratio**: 99:0'));
		const audit = await call('verify_audit', { prompts: ['p/bad.md'] });
		assert.equal([audit.structured.isIntact, audit.structured.exitCode, audit.isError], [false, 6, false]);
	});

	test('tells errors as results with code and advice', async () => {
		const codeOf = ({ meta, isError }: Answer): unknown => [isError, meta?.['tenfold/error']?.code];
		assert.equal(codeOf(await call('verify_run', { prompts: ['p/none.md'] })), [true, 'PROMPT_INVALID']);
		assert.match((await call('verify_run', { prompts: ['p/none.md'] })).text, /FILE_MISSING/);
		assert.equal(codeOf(await call('verify_show', { prompts: ['p/none.md'] })), [true, 'FILE_MISSING']);
		assert.equal(codeOf(await call('verify_run', { prompts: ['p/good.md'], steps: '9' })), [true, 'NOTHING_SELECTED']);
		assert.equal(codeOf(await call('verify_run', { prompts: ['p/good.md'], evidence: 'none' })), [true, 'USAGE']);
		assert.equal(codeOf(await call('verify_run', { prompts: 'p/good.md' })), [true, 'USAGE']);
		assert.equal(codeOf(await call('verify_run', {})), [true, 'USAGE']);
		assert.equal(codeOf(await call('verify_explain', { run: 'ffffffff' })), [true, 'FILE_MISSING']);
		assert.equal(codeOf(await call('verify_find_marker', { marker: 'MARKER_x' })), [true, 'USAGE']);
		const { text } = await call('verify_run', { prompts: ['p/good.md'], timeout: 'soon' });
		assert.match(text, /--timeout.*soon|soon.*timeout/s);
		assert.match(text, /CONFIG_INVALID/);
		assert.match(String(await rejection(call('verify_nothing'))), /Unknown tool "verify_nothing"/);
	});

	test('keeps to its working directory, unless it was started otherwise', async () => {
		sandbox.write('inner/own.md', GOOD);
		if (!existsSync(sandbox.path('inner/link.md')))
			symlinkSync(sandbox.path('outside.md'), sandbox.path('inner/link.md'));
		mkdirSync(sandbox.path('inner/..odd'), { recursive: true });
		sandbox.write('inner/..odd/own.md', GOOD);
		const inner: Sandbox = { ...sandbox, folder: sandbox.path('inner') };
		await using strict = await openMcpSession(inner);
		for (const path of ['../outside.md', '../*.md', sandbox.path('outside.md'), 'link.md']) {
			const refused = await call('verify_show', { prompts: [path] }, strict);
			assert.ok(refused.isError, path);
			assert.match(refused.text, /outside of the working directory/, path);
		}
		assert.not((await call('verify_show', { prompts: ['own.md', '..odd/own.md'] }, strict)).isError);
		await using open = await openMcpSession(inner, '--allow-outside');
		assert.not((await call('verify_show', { prompts: ['../outside.md', 'link.md'] }, open)).isError);
	});

	test('tells how far a run has come', async () => {
		const seen: Progress[] = [];
		await session.client.callTool({ name: 'verify_run', arguments: { prompts: ['p/good.md'] } }, undefined, {
			onprogress: (progress) => void seen.push(progress),
		});
		assert.ok(seen.length >= 3);
		for (const [index, { progress, total }] of seen.entries()) {
			assert.is(total, 2);
			assert.ok(index === 0 || progress > (seen[index - 1]?.progress ?? 0), 'it grows');
		}
		assert.is(seen.at(0)?.message, '0 of 2 steps done, running p/good.md step 1: Number 1');
	});

	test('a cancelled call ends its run as Ctrl-C does, and the server goes on', async () => {
		rmSync(sandbox.path('p/running'), { force: true });
		const controller = new AbortController();
		const cancelled = rejection(
			session.client.callTool({ name: 'verify_run', arguments: { prompts: ['p/endless.md'] } }, undefined, {
				signal: controller.signal,
				onprogress: ({ message }) => {
					if (message?.includes('step 2'))
						void until(() => existsSync(sandbox.path('p/running'))).then(() => controller.abort());
				},
			}),
		);
		await cancelled;
		await until(() => sandbox.record().prompts[0]?.file === 'p/endless.md' && sandbox.record().finishedAt !== null);
		assert.is(sandbox.record().verdict, 'interrupted');
		assert.equal(
			sandbox.record().prompts[0]?.steps.map(({ outcome }) => outcome),
			['passed', 'aborted'],
		);
		assert.is(countsIn(sandbox.read('p/endless.md')), '1:0', 'partial results are counted');
		assert.equal(
			sandbox.leftovers().filter((line) => line.includes('sleep 1000')),
			[],
		);
		assert.is((await call('verify_run', { prompts: ['p/good.md'] })).structured.verdict, 'passed');
	});

	for (const [name, leave] of [
		['a client that goes away', (child: ReturnType<typeof spawn>) => child.stdin?.end()],
		['SIGTERM', (child: ReturnType<typeof spawn>) => child.kill('SIGTERM')],
	] as const) {
		test(`${name} ends what runs, and results are written`, async () => {
			const own = createSandbox({ 'p.md': ENDLESS });
			const child = spawn(process.execPath, [resolve('dist/verify.js'), 'mcp'], {
				cwd: own.folder,
				stdio: ['pipe', 'pipe', 'ignore'],
				env: { ...process.env, VERIFY_TEST_SANDBOX: own.folder, XDG_STATE_HOME: own.path('.state') },
			});
			const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
			const info = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };
			send({ id: 1, method: 'initialize', params: info });
			await once(child.stdout, 'data');
			send({ method: 'notifications/initialized' });
			send({ id: 2, method: 'tools/call', params: { name: 'verify_run', arguments: { prompts: ['p.md'] } } });
			await until(() => existsSync(own.path('running')));
			leave(child);
			const [code] = await once(child, 'exit');
			assert.is(code, name === 'SIGTERM' ? 143 : 0);
			assert.is(own.record().verdict, 'interrupted');
			assert.equal(await own.leftoversAtLast(), []);
			own.remove();
		});
	}
});
