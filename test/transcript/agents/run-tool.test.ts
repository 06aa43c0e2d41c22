import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { nodeHashes } from '../../../src/host/node-hashes.ts';
import { runsVerify } from '../../../src/transcript/agents/command-matchers.ts';
import { type AgentFinding, judgeAgentEvidence } from '../../../src/transcript/agents/judge-agent-evidence.ts';
import { runToolCommand } from '../../../src/transcript/agents/run-tool.ts';
import { commandsIn } from '../../../src/transcript/agents/shell-commands.ts';
import { recentLines } from '../../../src/transcript/line-sources.ts';
import { check } from '../../helpers/check.ts';
import { type ClaudeSession, claudeSession, projectFolder } from '../../helpers/claude-session.ts';
import { describe } from '../../helpers/suite.ts';
import { createTempFolder } from '../../helpers/temp-folder.ts';

const MARKER = 'MARKER_run_1767607200_0123456789ABCDEFGHJKMNPQRS';
const PROOF = `verify-proof/1 run=019aa5d2-0000-7000-8000-000000000000 marker=${MARKER} results=${'0'.repeat(64)}`;
const TEXT = `PASS  p.md  1 step\nnext: verify_gate\n${PROOF}`;
const TOOL = 'mcp__verify__verify_run';

async function judge(define: (session: ClaudeSession) => void): Promise<AgentFinding> {
	await using folder = await createTempFolder();
	const session = claudeSession();
	const window = { kind: 'around', fromMs: session.nowMs() + 100, toMs: session.nowMs() + 200 } as const;
	define(session);
	await session.write(join(projectFolder(folder.path), 'aaaaaaaa-0000-4000-8000-000000000001.jsonl'));
	const question = { marker: MARKER, line: PROOF, command: runsVerify, window };
	return await judgeAgentEvidence(question, recentLines([folder.path], 0), nodeHashes);
}

const called = (tool: string, content: unknown, more: { isError?: boolean } = {}) =>
	judge((session) => session.result(session.call(tool, { prompts: ['p.md'] }), content, more));

describe('a call of verify_run, in a transcript of Claude Code,', ({ test }) => {
	test('binds its run, by its fields or by its text, whatever the server is called', async () => {
		const fields = JSON.stringify({ summary: TEXT, run: 'x', proof: PROOF });
		for (const [tool, content] of [
			[TOOL, fields],
			[TOOL, [{ type: 'text', text: TEXT }]],
			['mcp__my_checks__verify_run', fields],
		] as const) {
			const finding = await called(tool, content);
			assert.is(finding.level, 'bound', JSON.stringify(finding, null, 1));
			assert.is(finding.call?.command, "verify run 'p.md'");
		}
	});

	test('binds nothing when it failed, was cut, or is another tool', async () => {
		assert.is((await called(TOOL, TEXT, { isError: true })).level, 'claimed');
		assert.is((await called(TOOL, `<persisted-output>\n${TEXT}`)).reason, 'cut-bracket');
		assert.is((await called(TOOL, `Error: result (90,000 tokens) exceeds\n${TEXT}`)).reason, 'cut-bracket');
		for (const tool of [
			'mcp__verify__verify_explain',
			'verify_run',
			'mcp__verify__verify_run_all',
			'mcp__verify_run',
		]) {
			assert.is((await called(tool, TEXT)).level, 'printed', tool);
		}
	});

	test('binds nothing when its line of proof is not whole', async () => {
		const finding = await called(TOOL, JSON.stringify({ summary: `marker=${MARKER}` }));
		assert.equal([finding.level, finding.reason], ['printed', 'digest-differs']);
	});

	test('binds nothing when it began after the run, as a call that reads an old run does', async () => {
		const finding = await judge((session) => {
			session.wait(60_000);
			session.result(session.call(TOOL, { prompts: ['p.md'] }), TEXT);
		});
		assert.equal([finding.level, finding.reason], ['printed', 'no-bracket']);
	});
});

describe('runToolCommand()', ({ test }) => {
	test('is a command line that names the same prompts', () => {
		check(
			fc.property(fc.array(fc.string({ unit: 'grapheme-ascii' })), (prompts) => {
				assert.equal(commandsIn(runToolCommand(TOOL, { prompts }) ?? ''), [['verify', 'run', ...prompts]]);
			}),
		);
	});
});
