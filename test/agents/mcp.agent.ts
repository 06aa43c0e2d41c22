import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { type ClaudeCli, createClaudeCli, type SessionOptions } from '../helpers/claude-cli.ts';
import type { PlannedCall } from '../helpers/stub-model.ts';
import { describe } from '../helpers/suite.ts';
import { promptText } from '../helpers/verify-cli.ts';

const PROGRAM = process.env.CLAUDE_CODE_PROGRAM ?? 'claude';
const CONFIG = { mcpServers: { verify: { command: process.execPath, args: [resolve('dist/verify.js'), 'mcp'] } } };
const call = (tool: string, input: object = {}): PlannedCall => ({ tool: `mcp__verify__${tool}`, input: { ...input } });
const asText = (content: unknown): string => (typeof content === 'string' ? content : JSON.stringify(content));

describe('verify mcp, called by Claude Code', ({ test, before, after }) => {
	let cli: ClaudeCli;
	let options: SessionOptions;
	before(async () => {
		cli = await createClaudeCli(PROGRAM);
		await writeFile(join(cli.project, 'good.md'), promptText([{ command: 'echo fine' }, { command: 'test 1 = 1' }]));
		await writeFile(join(cli.project, 'bad.md'), promptText([{ command: 'echo one; exit 3', name: 'Ends badly' }]));
		await writeFile(join(cli.project, 'mcp.json'), JSON.stringify(CONFIG));
		options = {
			allowed: 'Bash,mcp__verify',
			args: ['--mcp-config', join(cli.project, 'mcp.json'), '--strict-mcp-config'],
			// The model that we stand in for calls at once: the client shall not begin without its tools, however slow the machine.
			env: { MCP_CONNECTION_NONBLOCKING: 'false', MCP_CONNECT_TIMEOUT_MS: '60000', MCP_TIMEOUT: '60000' },
		};
	});
	after(async () => {
		await cli[Symbol.asyncDispose]();
	});

	/** What the model was shown of each call, in order. */
	const shown = (session: string): readonly { readonly text: string; readonly isError: boolean }[] => {
		const projects = join(cli.env.HOME ?? '', '.claude/projects');
		const [folder = ''] = readdirSync(projects);
		return readFileSync(join(projects, folder, `${session}.jsonl`), 'utf8')
			.split('\n')
			.filter((line) => line !== '')
			.flatMap((line) => {
				const content = JSON.parse(line).message?.content;
				return Array.isArray(content) ? content : [];
			})
			.filter(({ type }) => type === 'tool_result')
			.map((block) => ({ text: asText(block.content), isError: block.is_error === true }));
	};

	test("a run through it is confirmed as the agent's own, and recorded in the ledger", async () => {
		const { id } = await cli.session([call('verify_run', { prompts: ['good.md'] })], options);
		const [result] = shown(id);
		assert.match(result?.text ?? '', /verify-proof\/1 run=/);
		const { code, stdout, stderr } = await cli.verify('confirm');
		assert.is(code, 0, stdout + stderr);
		assert.match(stdout, new RegExp(`^CONFIRMED .*reached bound, needed bound\\n {2}claude-code, session ${id}`));
		assert.is((await cli.verify('audit', 'good.md', '--deep')).code, 0);
	});

	test('the model reads the failing block and its explanation, and the gate', async () => {
		const calls = [
			call('verify_run', { prompts: ['bad.md'] }),
			call('verify_explain'),
			call('verify_gate', { prompts: ['bad.md'] }),
			call('verify_run', { prompts: ['nowhere.md'] }),
		];
		const [run, explained, gate, missing] = shown((await cli.session(calls, options)).id);
		assert.match(run?.text ?? '', /FAIL {2}bad\.md:\d+ {2}step 1\/1/);
		assert.match(explained?.text ?? '', /what to do: /);
		assert.match(gate?.text ?? '', /NOT MET/);
		assert.ok(missing?.isError);
		assert.match(missing?.text ?? '', /FILE_MISSING/);
	});

	test("reading the proof of somebody else's run confirms nothing", async () => {
		assert.is((await cli.verify('good.md')).code, 0);
		await cli.session(
			[
				{ tool: 'Bash', input: { command: 'tail -n 3 reports/latest/run.json', description: 'Read' } },
				call('verify_explain'),
			],
			options,
		);
		assert.is((await cli.verify('confirm')).code, 4);
	});
});
