import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { nodeHashes } from '../../../src/host/node-hashes.ts';
import {
	type AgentFinding,
	type AgentQuestion,
	judgeAgentEvidence,
} from '../../../src/transcript/agents/judge-agent-evidence.ts';
import { recentLines } from '../../../src/transcript/line-sources.ts';
import { type ClaudeSession, claudeSession, projectFolder } from '../../helpers/claude-session.ts';
import { runsScript } from '../../helpers/runs-script.ts';
import { describe } from '../../helpers/suite.ts';
import { createTempFolder } from '../../helpers/temp-folder.ts';

const MARKER = 'MARKER_run_1767607200_0123456789ABCDEFGHJKMNPQRS';
const PROOF = `proof of ${MARKER} and all`;
const COMMAND = 'make check';
const OUTPUT = `building\n${PROOF}\ndone`;
const DAY_MS = 86_400_000;

interface Scene {
	readonly name?: string;
	readonly question?: Partial<AgentQuestion>;
	/** Other files, by path below the project's folder. */
	readonly files?: Readonly<Record<string, string>>;
}

async function judge(define: (session: ClaudeSession) => void, scene: Scene = {}): Promise<AgentFinding> {
	await using folder = await createTempFolder();
	const project = projectFolder(folder.path);
	const session = claudeSession();
	const fromMs = session.nowMs();
	define(session);
	await session.write(join(project, scene.name ?? 'aaaaaaaa-0000-4000-8000-000000000001.jsonl'));
	for (const [path, text] of Object.entries(scene.files ?? {})) {
		await mkdir(join(project, path, '..'), { recursive: true });
		await writeFile(join(project, path), text);
	}
	return await judgeAgentEvidence(
		{
			marker: MARKER,
			line: PROOF,
			command: runsScript(COMMAND),
			window: { kind: 'within', fromMs, toMs: session.nowMs() },
			ignoredPaths: ['prompts/p.md'],
			...scene.question,
		},
		recentLines([project], 0),
		nodeHashes,
	);
}

const failing = ({ checks }: AgentFinding): string | undefined => checks.find(({ isOk }) => !isOk)?.name;
const run = (session: ClaudeSession, command = COMMAND): string => session.bash(command);

describe('judgeAgentEvidence() finds a genuine call', ({ test }) => {
	const bound = async (define: (session: ClaudeSession) => void, scene?: Scene): Promise<AgentFinding> => {
		const finding = await judge(define, scene);
		assert.is(finding.level, 'bound', JSON.stringify(finding, null, 1));
		assert.equal([finding.reason, failing(finding)], [null, undefined]);
		return finding;
	};

	test('with its session, call and lines', async () => {
		const { call, checks } = await bound((session) => {
			session.user('please run it');
			session.printed(run(session), OUTPUT);
			session.assistant([{ type: 'text', text: `It printed ${PROOF}` }]);
		});
		assert.equal(
			[call?.agent, call?.session, call?.toolUse, call?.lines],
			['claude-code', 'aaaaaaaa-0000-4000-8000-000000000001', 'toolu_aaaaaaaa_1', [2, 3]],
		);
		assert.is(checks.find(({ name }) => name === 'command')?.detail, 'runs it');
	});

	test('that failed as expected, in both ways to tell it', async () => {
		const finding = await bound(
			(session) => {
				const text = `Exit code 3\n${OUTPUT}`;
				session.result(run(session), text, { isError: true, structured: `Error: ${text}` });
			},
			{ question: { exitCode: 3 } },
		);
		assert.is(finding.checks.find(({ name }) => name === 'exit code')?.detail, '3, expected 3');
	});

	test('as a whole part of a longer command', async () => {
		const { checks } = await bound((session) => session.printed(run(session, `cd /w && ${COMMAND} | tail -5`), OUTPUT));
		assert.is(checks.find(({ name }) => name === 'command')?.detail, 'runs it');
	});

	test('of a subagent, whose results have nothing beside their content', async () => {
		const side = { isSidechain: true, agentId: 'b' };
		await bound(
			(session) => {
				session.user('please run it', side);
				session.result(session.bash(COMMAND, side), OUTPUT, { isError: false });
			},
			{ name: 'aaaaaaaa-0000-4000-8000-000000000001/subagents/agent-b.jsonl' },
		);
	});

	test('among broken lines, with interleaved calls and a torn end', async () => {
		await bound((session) => {
			session.raw('');
			session.raw('"text"');
			session.raw('{"type":"assistant","message":{"content":[{"type":"tool_use","id":"toolu');
			const [first, second] = [run(session), session.bash('ls')];
			session.printed(second, 'a b');
			session.user(['plain', 7, null, { type: 'text' }]);
			session.printed(first, OUTPUT);
			session.raw(`{"type":"user","message":{"content":"${MARKER}`);
		});
	});

	test('whose output is compared, without the newline that clients cut off', async () => {
		const question = { outputSha256: nodeHashes.sha256(`${OUTPUT}\n`) };
		await bound((session) => session.printed(run(session), OUTPUT), { question });
		const other = await judge((session) => session.printed(run(session), `${OUTPUT} `), { question });
		assert.equal([other.level, other.reason, failing(other)], ['printed', 'digest-differs', 'output digest']);
	});

	const saved = '/gone/aaaaaaaa-0000-4000-8000-000000000001/tool-results/b1.txt';
	const preview = `<persisted-output>\nOutput too large (106.4KB). Full output saved to: ${saved}\n\nPreview (first 2KB):\n1\n2\n...\n</persisted-output>`;

	test('whose long output was saved to a file, wherever the folder is now', async () => {
		const { call } = await bound(
			(session) => {
				const structured = { stdout: '1\n2', persistedOutputPath: saved, persistedOutputSize: 108_000 };
				session.result(run(session), preview, { isError: false, structured });
			},
			{ files: { 'aaaaaaaa-0000-4000-8000-000000000001/tool-results/b1.txt': `1\n2\n${OUTPUT}\n` } },
		);
		assert.equal(call?.lines, [1, 2]);
	});

	test('whose long output stands beside the preview', async () => {
		await bound((session) => {
			const stdout = `${'line\n'.repeat(22_000)}${OUTPUT}`;
			session.result(run(session), preview, { isError: false, structured: { stdout } });
		});
	});

	test('the last one, when it ran more than once', async () => {
		const { call } = await bound((session) => {
			session.printed(run(session), OUTPUT);
			session.printed(run(session), OUTPUT);
		});
		assert.equal(call?.lines, [3, 4]);
	});

	test('that waited in the background, by the tool that waits for it', async () => {
		const { call } = await bound((session) => {
			const id = run(session);
			session.result(id, 'Command running in background with ID: b1.', {
				isError: false,
				structured: { stdout: '', stderr: '', backgroundTaskId: 'b1' },
			});
			const wait = session.call('TaskOutput', { task_id: 'b1', block: true });
			session.result(wait, `<output>\n${OUTPUT}\n</output>`, {
				structured: { task: { task_id: 'b1', status: 'completed', output: OUTPUT, exitCode: 0 } },
			});
		});
		assert.equal(call?.lines, [1, 2]);
	});
});

describe('judgeAgentEvidence() is not taken in', ({ test }) => {
	type Case = readonly [
		title: string,
		level: AgentFinding['level'],
		define: (session: ClaudeSession) => void,
		failed: string,
		scene?: Scene,
	];
	const found = "output of the agent's shell";
	const cases: readonly Case[] = [
		['by silence', 'none', (session) => session.printed(run(session), 'else'), 'marker was found'],
		['by a prompt', 'claimed', (session) => session.user(`run it, ${PROOF}`), found],
		['by a claim', 'claimed', (session) => session.assistant([{ type: 'text', text: OUTPUT }]), found],
		['by a thought', 'claimed', (session) => session.assistant([{ type: 'thinking', thinking: OUTPUT }]), found],
		['by the input of a tool', 'claimed', (session) => void session.call('Write', { content: PROOF }), found],
		[
			'by the echo of an edit',
			'claimed',
			(session) => session.result(session.call('Write', {}), 'ok', { structured: { content: PROOF } }),
			found,
		],
		[
			'by a subagent that says so',
			'claimed',
			(session) => session.result(session.call('Task', {}), [{ type: 'text', text: OUTPUT }]),
			found,
		],
		['by a web page', 'claimed', (session) => session.result(session.call('WebFetch', {}), OUTPUT), found],
		['by a summary', 'claimed', (session) => session.user(OUTPUT, { isCompactSummary: true }), found],
		['by text of the client', 'claimed', (session) => session.user(OUTPUT, { isMeta: true }), found],
		[
			'by a queue record',
			'claimed',
			(session) => session.raw(JSON.stringify({ type: 'queue-operation', content: OUTPUT })),
			found,
		],
		['by a title', 'claimed', (session) => session.raw(JSON.stringify({ type: 'summary', summary: PROOF })), found],
		['by an unknown record', 'claimed', (session) => session.raw(JSON.stringify({ api_request: PROOF })), found],
		['by an error of the API', 'claimed', (session) => session.assistant(OUTPUT, { isApiErrorMessage: true }), found],
		['by a result without a call', 'claimed', (session) => session.printed('toolu_x', OUTPUT), found],
		[
			'by a result that stands before its call',
			'claimed',
			(session) => {
				session.printed('toolu_aaaaaaaa_1', OUTPUT);
				run(session);
			},
			found,
		],
		['by a file', 'printed', (session) => session.result(session.call('Read', { file_path: 'log' }), OUTPUT), found],
		[
			'by the prompt, read',
			'none',
			(session) => session.result(session.call('Read', { file_path: '/w/prompts/p.md' }), OUTPUT),
			found,
		],
		['by the prompt, printed', 'none', (session) => session.printed(run(session, 'cat prompts/p.md'), OUTPUT), found],
		['by a search for it', 'none', (session) => session.printed(run(session, `grep -r ${MARKER} .`), OUTPUT), found],
		[
			'by a search of the transcripts',
			'none',
			(session) => session.printed(run(session, 'tail -n 3 ~/.claude/projects/-w/*.jsonl'), OUTPUT),
			found,
		],
		['by verify find', 'none', (session) => session.printed(run(session, `npx verify find ${MARKER}`), OUTPUT), found],
		['by an echo', 'printed', (session) => session.printed(run(session, `echo '${PROOF}'`), OUTPUT), 'command'],
		[
			'by an echo of command and proof',
			'printed',
			(session) => session.printed(run(session, `echo '; ${COMMAND}; ${PROOF}'`), OUTPUT),
			'command',
		],
		['by another command', 'printed', (session) => session.printed(run(session, `${COMMAND}-not`), OUTPUT), 'command'],
		[
			'by a refusal',
			'claimed',
			(session) => {
				const text = `The user doesn't want to proceed with this tool use. ${PROOF}`;
				session.result(run(session), text, { isError: true, structured: text });
			},
			found,
		],
		[
			'by a tool error',
			'claimed',
			(session) => session.result(run(session), `<tool_use_error>${PROOF}</tool_use_error>`, { isError: true }),
			found,
		],
		[
			'by a hook that refuses and prints it',
			'claimed',
			(session) => session.result(run(session), OUTPUT, { isError: true, structured: `Error: ${OUTPUT}` }),
			'the command came to its end',
		],
		[
			'by a start in the background',
			'claimed',
			(session) =>
				session.result(run(session), `Command running in background with ID: b1. ${PROOF}`, {
					structured: { stdout: '', backgroundTaskId: 'b1' },
				}),
			found,
		],
		[
			'by output that is cut short',
			'printed',
			(session) => session.printed(run(session), `${OUTPUT}\n\n... [812 lines truncated] ...\n\nend`),
			'output is whole',
		],
		[
			'by a preview whose file is gone',
			'printed',
			(session) =>
				session.result(
					run(session),
					`<persisted-output>\nOutput too large (90.0KB). Full output saved to: /gone/x.txt\n\n${OUTPUT}\n</persisted-output>`,
					{ structured: { stdout: OUTPUT } },
				),
			'output is whole',
		],
		['by half of the proof', 'printed', (session) => session.printed(run(session), `only ${MARKER}`), 'proof'],
		[
			'by a session of yesterday',
			'printed',
			(session) => {
				session.wait(-DAY_MS);
				session.printed(run(session), OUTPUT);
				session.wait(DAY_MS);
			},
			'time',
		],
		[
			'by a call that ended after the time',
			'printed',
			(session) => {
				const id = run(session);
				session.wait(DAY_MS);
				session.printed(id, OUTPUT);
				session.wait(-DAY_MS);
			},
			'time',
		],
		[
			'by a result of another exit code',
			'printed',
			(session) => session.printed(run(session), OUTPUT),
			'exit code',
			{ question: { exitCode: 3 } },
		],
		[
			'by the copy of a subagent in a progress record',
			'claimed',
			(session) => {
				const inner = claudeSession();
				inner.printed(inner.bash(COMMAND), OUTPUT);
				for (const line of inner.lines) {
					const data = { type: 'agent_progress', message: JSON.parse(line) };
					session.raw(JSON.stringify({ type: 'progress', timestamp: '2026-01-05T10:00:01.000Z', data }));
				}
			},
			found,
		],
		[
			'by a tool that is no shell',
			'printed',
			(session) => session.result(session.call('mcp__x__run', {}), OUTPUT),
			found,
		],
		[
			'by a file in the folder of outputs that no result names',
			'claimed',
			(session) => session.printed(run(session), 'else'),
			found,
			{ files: { 'aaaaaaaa-0000-4000-8000-000000000001/tool-results/b1.txt': OUTPUT } },
		],
		['by a line that is no transcript', 'claimed', () => {}, found, { files: { 'notes.txt': OUTPUT } }],
	];
	for (const [title, level, define, failed, scene] of cases) {
		test(title, async () => {
			const finding = await judge(define, scene);
			assert.equal([finding.level, failing(finding)], [level, failed], JSON.stringify(finding, null, 1));
			assert.ok(finding.reason !== null && finding.call === null);
		});
	}

	test('by a session that was forked: the record tells when it was first written', async () => {
		const finding = await judge((session) => {
			session.wait(-DAY_MS);
			session.printed(run(session), OUTPUT);
			session.wait(DAY_MS);
			session.user('go on');
		});
		assert.equal([finding.level, failing(finding)], ['printed', 'time']);
	});
});
