import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Marker } from '../../src/core/ids.ts';
import { createSearch } from '../../src/host/ripgrep-search.ts';
import { findMarkers, type MarkerHit } from '../../src/transcript/find-marker.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const MARKER = 'MARKER_step_1763720000_0123456789ABCDEFGHJKMNPQRS' as Marker;
const host = { search: createSearch() };

/** Each line of a transcript and what is to be said of the marker in it; a line without it gets no kind. */
type Session = readonly (readonly [record: unknown, kind?: string, where?: string])[];

async function hitsOf(name: string, session: Session): Promise<readonly MarkerHit[]> {
	await using folder = await createTempFolder();
	const lines = session.map(([record]) => (typeof record === 'string' ? record : JSON.stringify(record)));
	await writeFile(join(folder.path, name), lines.join('\n'));
	const { hits, missing, problems } = await findMarkers([MARKER], [folder.path], host);
	assert.equal([missing, problems], [[], []]);
	return hits;
}

async function check(name: string, session: Session): Promise<void> {
	const wanted = session.flatMap(([, kind, where], index) =>
		kind === undefined ? [] : [[index + 1, kind, where ?? '']],
	);
	assert.equal(
		(await hitsOf(name, session)).map((hit) => [hit.line, hit.kind, hit.where]),
		wanted,
	);
}

const says = `before ${MARKER} after`;
const base = {
	uuid: 'u',
	parentUuid: null,
	sessionId: 's',
	timestamp: '2025-11-21T10:00:00.000Z',
	cwd: '/w',
	version: '2.1.38',
};
const user = (content: unknown, more: object = {}) => ({
	...base,
	type: 'user',
	message: { role: 'user', content },
	...more,
});
const assistant = (content: unknown, more: object = {}) => ({
	...base,
	type: 'assistant',
	message: { role: 'assistant', model: 'm', content },
	...more,
});
const call = (id: string, name: string, input: object = {}) => assistant([{ type: 'tool_use', id, name, input }]);
const result = (id: string, content: unknown, more: object = {}, toolUseResult?: unknown) =>
	user(
		[{ type: 'tool_result', tool_use_id: id, content, ...more }],
		toolUseResult === undefined ? {} : { toolUseResult },
	);

describe('findMarkers() in our own transcripts', ({ test }) => {
	test('tells brackets from output', async () => {
		const at = '2025-11-21T10:00:00.000Z';
		const end = { exit_code: 0, signal: null, duration_ms: 1, bytes: 1, dropped_bytes: 0, output_sha256: 'd' };
		await check('run.jsonl', [
			[{ v: 1, type: 'run', at, run: 'r', writer: 'executor', tool: says }, 'meta', 'run'],
			[
				{
					v: 1,
					type: 'execution-started',
					at,
					execution: 'x',
					marker: MARKER,
					command_sha256: 'c',
					pid: 1,
					pgid: 1,
					cwd: '/',
				},
				'bracket',
				'execution-started',
			],
			[{ v: 1, type: 'output', at, execution: 'x', seq: 0, stream: 'stdout', data: says }, 'tool-output', 'output'],
			[{ v: 1, type: 'output', at, execution: 'x', seq: 1, stream: 'stdout', data: 'else' }],
			[
				{ v: 1, type: 'execution-completed', at, execution: 'x', marker: MARKER, command_sha256: 'c', ...end },
				'bracket',
				'execution-completed',
			],
			[{ v: 1, type: 'execution-started', at, execution: 7, marker: MARKER }, 'meta', 'an unknown record'],
		]);
	});
});

describe('findMarkers() in transcripts of Claude Code', ({ test }) => {
	test('classes what models and people wrote', async () => {
		await check('session.jsonl', [
			[user(says), 'user-text', 'text'],
			[user([{ type: 'text', text: says }]), 'user-text', 'text'],
			[{ ...base, type: 'user', message: says }, 'user-text', 'text'],
			[assistant([{ type: 'text', text: says }]), 'assistant-text', 'text'],
			[assistant([{ type: 'thinking', thinking: says, signature: '' }]), 'assistant-text', 'thinking'],
			[call('toolu_1', 'Bash', { command: `echo ${MARKER}`, description: 'd' }), 'tool-input', 'input of Bash'],
			[call('toolu_2', 'Task', { deep: { prompt: [says] } }), 'tool-input', 'input of Task'],
			[user(says, { isCompactSummary: true }), 'assistant-text', 'summary'],
			[user(says, { isSidechain: true }), 'tool-input', 'prompt of a subagent'],
		]);
	});

	test('classes what the client put in as meta', async () => {
		await check('session.jsonl', [
			[{ type: 'summary', summary: says, leafUuid: 'l' }, 'meta', 'summary'],
			[{ type: 'queue-operation', operation: 'enqueue', content: says }, 'meta', 'queue-operation'],
			[{ type: 'file-history-snapshot', snapshot: { [MARKER]: 1 } }, 'meta', 'file-history-snapshot'],
			[{ ...base, type: 'system', subtype: 'compact_boundary', content: says }, 'meta', 'system'],
			[{ ...base, type: 'progress', data: { type: 'hook_progress', command: says } }, 'meta', 'progress'],
			[assistant([{ type: 'text', text: says }], { isApiErrorMessage: true }), 'meta', 'assistant'],
			[
				{ ...base, type: 'assistant', message: { model: '<synthetic>', content: [{ type: 'text', text: says }] } },
				'meta',
				'assistant',
			],
			[user(says, { isMeta: true }), 'meta', 'user'],
			[user(`<local-command-stdout>${says}</local-command-stdout>`), 'meta', 'text of the client'],
			[user([{ type: 'text', text: `<system-reminder>\n${says}` }]), 'meta', 'text of the client'],
			[{ ...user('x'), cwd: `/tmp/${MARKER}` }, 'meta', 'user'],
			[`{"type":"user","message":"${says}`, 'meta', 'a broken line'],
			[`["${says}"]`, 'meta', 'an unknown record'],
			[`"${says}"`, 'meta', 'an unknown record'],
			[{ role: 'user', content: says }, 'meta', 'an unknown record'],
		]);
	});

	test('classes results by the tool of their call', async () => {
		await check('session.jsonl', [
			[call('toolu_b', 'Bash', { command: 'x' })],
			[result('toolu_b', says, { is_error: false }, { stdout: says, stderr: '' }), 'tool-output', 'result of Bash'],
			[
				result('toolu_b', `Exit code 1\n${says}`, { is_error: true }, `Error: Exit code 1\n${says}`),
				'tool-output',
				'result of Bash',
			],
			[
				result('toolu_b', '<persisted-output>\n</persisted-output>', {}, { stdout: says }),
				'tool-output',
				'result of Bash',
			],
			[result('toolu_b', says, {}, { stdout: '', backgroundTaskId: 'b1' }), 'meta', 'start of Bash in the background'],
			[
				result('toolu_b', `<tool_use_error>${says}</tool_use_error>`, { is_error: true }, says),
				'meta',
				'refused call of Bash',
			],
			[
				result('toolu_b', `The user doesn't want to proceed with this tool use. ${says}`, { is_error: true }),
				'meta',
				'refused call of Bash',
			],
			[call('toolu_r', 'Read')],
			[result('toolu_r', [{ type: 'text', text: says }]), 'tool-output', 'result of Read (content of a file)'],
			[call('toolu_w', 'Write')],
			[result('toolu_w', 'ok', {}, { content: says }), 'tool-input', 'echo of Write'],
			[call('toolu_t', 'Task')],
			[result('toolu_t', [{ type: 'text', text: says }]), 'assistant-text', 'result of Task'],
			[call('toolu_m', 'mcp__x__run')],
			[result('toolu_m', says), 'tool-output', 'result of mcp__x__run'],
			[
				{ ...base, type: 'progress', data: { type: 'bash_progress', output: says, fullOutput: '' } },
				'tool-output',
				'progress of Bash',
			],
			[
				{
					...base,
					type: 'progress',
					data: { type: 'agent_progress', message: call('toolu_c', 'Bash', { command: says }) },
				},
				'tool-input',
				'copy of input of Bash',
			],
			[
				{ ...base, type: 'progress', data: { type: 'agent_progress', message: result('toolu_c', says) } },
				'tool-output',
				'copy of result of Bash',
			],
		]);
	});

	test('trusts no result without an earlier call', async () => {
		await check('session.jsonl', [
			[result('toolu_1', says), 'meta', 'result without a call'],
			[call('toolu_1', 'Bash')],
			[result('toolu_2', says), 'meta', 'result without a call'],
			[user(`{"type":"tool_use","id":"toolu_3","name":"Bash"}`)],
			[result('toolu_3', says), 'meta', 'result without a call'],
			[user([{ type: 'tool_result', content: says }]), 'meta', 'result without a call'],
		]);
	});

	test('takes the first record of a file of a subagent for its prompt', async () => {
		await check('agent-1a2b.jsonl', [
			[user(says, { agentId: '1a2b' }), 'tool-input', 'prompt of a subagent'],
			[user(says, { agentId: '1a2b' }), 'user-text', 'text'],
		]);
	});

	test('gives a hit for each block that holds it', async () => {
		const hits = await hitsOf('session.jsonl', [
			[
				assistant([
					{ type: 'text', text: says },
					{ type: 'tool_use', id: 'i', name: 'Bash', input: { command: says } },
					{ type: 'text', text: 'no' },
				]),
			],
		]);
		assert.equal(
			hits.map((hit) => hit.kind),
			['assistant-text', 'tool-input'],
		);
	});
});

describe('findMarkers()', ({ test }) => {
	test('calls every hit in another file text, and cuts it short and clean', async () => {
		const hits = await hitsOf('prompt.md', [
			['first'],
			[`${'a'.repeat(500)}\u001b[31m${MARKER}\t${'b'.repeat(500)}`],
			[MARKER],
		]);
		assert.equal(
			hits.map((hit) => [hit.line, hit.kind]),
			[
				[2, 'text'],
				[3, 'text'],
			],
		);
		assert.is(hits[0]?.excerpt.length, 160);
		assert.match(hits[0]?.excerpt ?? '', new RegExp(`^a+ \\[31m${MARKER} b+$`));
		assert.is(hits[1]?.excerpt, MARKER);
	});

	test('survives lines of many megabytes, bytes that are not UTF-8, and a torn end', async () => {
		await using folder = await createTempFolder();
		const long = JSON.stringify(user(`${'x'.repeat(6_000_000)}${MARKER}${'y'.repeat(6_000_000)}`));
		const bytes = Buffer.concat([
			Buffer.from('\n\n{}\nnull\n'),
			Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
			Buffer.from(`${long}\n`),
			Buffer.concat([Buffer.from('{"type":"user","message":"\xff', 'latin1'), Buffer.from(`${MARKER}"}\n`)]),
			Buffer.from(`${'['.repeat(100_000)}${MARKER}\n{"type":"user","message":{"content":"${MARKER}`),
		]);
		await writeFile(join(folder.path, 's.jsonl'), bytes);
		const { hits } = await findMarkers([MARKER], [folder.path], host);
		assert.equal(
			hits.map((hit) => [hit.line, hit.kind]),
			[
				[6, 'user-text'],
				[7, 'user-text'],
				[8, 'meta'],
				[9, 'meta'],
			],
		);
		assert.match(hits[0]?.excerpt ?? '', /^x+MARKER_.*y+$/);
	});

	test('names missing folders, searches the rest in order, and shows at most 1000 hits a file', async () => {
		await using folder = await createTempFolder();
		await mkdir(join(folder.path, 'b'));
		await mkdir(join(folder.path, 'a'));
		await writeFile(join(folder.path, 'b', 'f'), `${MARKER}\n`.repeat(1200));
		await writeFile(join(folder.path, 'a', 'f'), MARKER);
		const gone = join(folder.path, 'gone');
		const { hits, missing, problems } = await findMarkers(
			[MARKER],
			[join(folder.path, 'b'), gone, join(folder.path, 'a')],
			host,
		);
		assert.equal([hits.length, missing, problems.length], [1001, [gone], 1]);
		assert.equal([hits[0]?.file, hits[1]?.line, hits[1000]?.line], [join(folder.path, 'a', 'f'), 1, 1000]);
		assert.match(problems[0] ?? '', /only its first 1000 hits are shown$/);
		assert.equal((await findMarkers([MARKER], [gone], host)).hits, []);
	});
});
