import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { nodeHashes } from '../../../src/host/node-hashes.ts';
import { codex } from '../../../src/transcript/agents/codex.ts';
import { type AgentFinding, judgeAgentEvidence } from '../../../src/transcript/agents/judge-agent-evidence.ts';
import { recentLines } from '../../../src/transcript/line-sources.ts';
import { runsScript } from '../../helpers/runs-script.ts';
import { describe } from '../../helpers/suite.ts';
import { createTempFolder } from '../../helpers/temp-folder.ts';

const MARKER = 'MARKER_run_1767607200_0123456789ABCDEFGHJKMNPQRS';
const SESSION = '019b8d3e-0000-7000-8000-000000000001';
const AT = '2026-01-05T10:00:00.000Z';
const AT_MS = Date.parse(AT);

const line = (type: string, payload: object): string => JSON.stringify({ timestamp: AT, type, payload });
const item = (payload: object): string => line('response_item', payload);
const call = (name: string, input: object): string =>
	item({ type: 'function_call', name, arguments: JSON.stringify(input), call_id: 'call_1' });
const output = (text: unknown): string => item({ type: 'function_call_output', call_id: 'call_1', output: text });
const message = (role: string, text: string): string =>
	item({ type: 'message', role, content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }] });

async function judge(...lines: readonly string[]): Promise<AgentFinding> {
	await using home = await createTempFolder();
	const [sessions = ''] = codex.foldersFor('/w', { CODEX_HOME: home.path });
	await mkdir(join(sessions, '2026/01/05'), { recursive: true });
	const meta = line('session_meta', { id: SESSION, timestamp: AT, cwd: '/w', cli_version: '0.65.0' });
	const file = join(sessions, '2026/01/05', `rollout-2026-01-05T10-00-00-${SESSION}.jsonl`);
	await writeFile(file, `${[meta, ...lines].join('\n')}\n`);
	const window = { kind: 'within', fromMs: AT_MS, toMs: AT_MS } as const;
	const question = { marker: MARKER, line: null, command: runsScript('make check'), window, exitCode: 0 };
	return await judgeAgentEvidence(question, recentLines([sessions], 0), nodeHashes);
}

describe('transcripts of Codex', ({ test }) => {
	const text = `ok\n${MARKER}\n`;
	const free = `Exit code: 0\nWall time: 0.3 seconds\nOutput:\n${text}`;
	const genuine: Readonly<Record<string, readonly string[]>> = {
		'shell in JSON': [
			call('shell', { command: ['bash', '-lc', 'make check'] }),
			output(JSON.stringify({ output: text, metadata: { exit_code: 0, duration_seconds: 0.3 } })),
		],
		'shell_command in words': [call('shell_command', { command: 'make check' }), output(free)],
		'exec_command with its chunk': [
			call('exec_command', { cmd: 'make check' }),
			output(
				`Chunk ID: a1\nWall time: 0.3 seconds\nProcess exited with code 0\nOriginal token count: 9\nOutput:\n${text}`,
			),
		],
		local_shell_call: [
			item({
				type: 'local_shell_call',
				call_id: 'call_1',
				status: 'completed',
				action: { type: 'exec', command: ['make', 'check'] },
			}),
			output([{ type: 'input_text', text: free }]),
		],
	};
	for (const [name, lines] of Object.entries(genuine)) {
		test(`bind a call of ${name}`, async () => {
			const finding = await judge(...lines);
			assert.is(finding.level, 'bound', JSON.stringify(finding, null, 1));
			assert.equal(
				[finding.call?.agent, finding.call?.session, finding.call?.toolUse, finding.call?.lines],
				['codex', SESSION, 'call_1', [2, 3]],
			);
		});
	}

	const forged: readonly (readonly [string, AgentFinding['level'], readonly string[]])[] = [
		['what the person wrote', 'claimed', [message('user', MARKER)]],
		['what the client put in', 'claimed', [message('user', `<environment_context>${MARKER}</environment_context>`)]],
		['what the model wrote', 'claimed', [message('assistant', MARKER)]],
		['a thought', 'claimed', [item({ type: 'reasoning', summary: [{ type: 'summary_text', text: MARKER }] })]],
		['an event', 'claimed', [line('event_msg', { type: 'agent_message', message: MARKER })]],
		['a compaction', 'claimed', [line('compacted', { message: MARKER })]],
		['a result without a call', 'claimed', [output(free)]],
		['a refusal', 'claimed', [call('shell_command', { command: 'make check' }), output(`rejected by user: ${MARKER}`)]],
		['a patch', 'claimed', [call('apply_patch', { input: 'x' }), output(free)]],
		['another tool', 'printed', [call('view_image', {}), output(MARKER)]],
		['another command', 'printed', [call('shell_command', { command: 'cat log' }), output(free)]],
		[
			'output that was cut',
			'printed',
			[call('shell_command', { command: 'make check' }), output(`${free}…812 tokens truncated…`)],
		],
		[
			'a command that still runs',
			'printed',
			[
				call('exec_command', { cmd: 'make check' }),
				output(`Wall time: 1.0 seconds\nProcess running with session ID 7\nOutput:\n${MARKER}`),
			],
		],
	];
	for (const [name, level, lines] of forged) {
		test(`bind nothing by ${name}`, async () => {
			const finding = await judge(...lines);
			assert.is(finding.level, level, JSON.stringify(finding, null, 1));
		});
	}
});
