import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { createMarker } from '../../src/core/ids.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { nodeRandom } from '../../src/host/node-random.ts';
import { watchAgentStep } from '../../src/transcript/agents/agent-step.ts';
import { claudeCode } from '../../src/transcript/agents/claude-code.ts';
import { findAgentStart } from '../../src/transcript/agents/find-agent-start.ts';
import {
	type AgentFinding,
	type AgentQuestion,
	judgeAgentEvidence,
} from '../../src/transcript/agents/judge-agent-evidence.ts';
import { createAgentWatch, recentLines } from '../../src/transcript/line-sources.ts';
import { type ClaudeCli, createClaudeCli, type SessionOptions } from '../helpers/claude-cli.ts';
import { runsScript } from '../helpers/runs-script.ts';
import type { PlannedCall } from '../helpers/stub-model.ts';
import { planFor } from '../helpers/stub-model.ts';
import { describe } from '../helpers/suite.ts';

const PROGRAM = process.env.CLAUDE_CODE_PROGRAM ?? 'claude';
const bash = (command: string, more: object = {}): PlannedCall => ({
	tool: 'Bash',
	input: { command, description: 'Run it', ...more },
});

describe('a genuine session of Claude Code', ({ test, before, after }) => {
	let cli: ClaudeCli;
	before(async () => {
		cli = await createClaudeCli(PROGRAM);
	});
	after(async () => {
		await cli[Symbol.asyncDispose]();
	});

	/** Runs a session whose program knows a marker that stands nowhere else, and judges it. */
	async function judge(
		calls: readonly PlannedCall[],
		command: string,
		more: { readonly options?: SessionOptions; readonly question?: Partial<AgentQuestion> } = {},
	): Promise<AgentFinding> {
		const marker = createMarker('agent', nodeClock, nodeRandom);
		const env = { ...more.options?.env, PROOF_MARKER: marker };
		const { fromMs, toMs } = await cli.session(calls, { ...more.options, env });
		return judgeAgentEvidence(
			{
				marker,
				line: `done: ${marker}`,
				command: runsScript(command),
				window: { kind: 'within', fromMs, toMs },
				...more.question,
			},
			recentLines(claudeCode.foldersFor(cli.project, cli.env), fromMs),
			nodeHashes,
		);
	}

	const assertBound = (finding: AgentFinding): void =>
		assert.is(finding.level, 'bound', JSON.stringify(finding, null, 1));

	test('is bound to its call of Bash', async () => {
		const finding = await judge([bash('sh work.sh')], 'sh work.sh', { question: { exitCode: 0 } });
		assertBound(finding);
		assert.equal([finding.files, finding.problems, finding.traces.length], [1, [], 1]);
	});

	test('is bound with the exit code of a failure', async () => {
		assertBound(await judge([bash('sh work.sh 3')], 'sh work.sh 3', { question: { exitCode: 3 } }));
	});

	test('is bound when its output was too long for the transcript', async () => {
		const finding = await judge([bash('sh work.sh 0 20000')], 'sh work.sh 0 20000', { question: { exitCode: 0 } });
		assertBound(finding);
		assert.match(finding.checks[0]?.detail ?? '', /kept in .*tool-results/);
	});

	test('is lost with the output of a failure that was too long: the client keeps 10,000 characters and names no file', async () => {
		const finding = await judge([bash('sh work.sh 4 20000')], 'sh work.sh 4 20000', { question: { exitCode: 4 } });
		assert.equal([finding.level, finding.reason], ['none', 'no-marker']);
	});

	test('is bound when it ran in the background, by the file of its output', async () => {
		const calls = [bash('sh work.sh', { run_in_background: true }), bash('sleep 2')];
		const finding = await judge(calls, 'sh work.sh', { question: { exitCode: 0 } });
		assertBound(finding);
		assert.match(finding.checks[0]?.detail ?? '', /kept in .*\.output/);
	});

	test('is bound when it ran in the background, by the tool that waits for it', async () => {
		const wait = { tool: 'TaskOutput', input: { task_id: '{{task}}', block: true, timeout: 20_000 } };
		const calls = [bash('sh work.sh 5', { run_in_background: true }), wait];
		// What ends before it is waited for is sometimes told without its output, by the client itself.
		const options = { allowed: 'Bash,TaskOutput', env: { WORK_SECONDS: '1' } };
		assertBound(await judge(calls, 'sh work.sh 5', { options, question: { exitCode: 5 } }));
	});

	test('is bound in a subagent', async () => {
		const input = { description: 'Run it', subagent_type: 'general-purpose', run_in_background: false };
		const agent = { tool: 'Agent', input: { ...input, prompt: `Do ${planFor(bash('sh work.sh'))}` } };
		const finding = await judge([agent], 'sh work.sh', { options: { allowed: 'Bash,Agent' } });
		assertBound(finding);
		assert.match(finding.call?.transcript ?? '', /\/subagents\/agent-\w+\.jsonl$/);
	});

	test('proves nothing by a call that was refused', async () => {
		const command = 'touch /etc/nobody-may && sh work.sh';
		const finding = await judge([bash(command)], 'sh work.sh', { options: { allowed: 'Read' } });
		assert.equal([finding.level, finding.reason], ['none', 'no-marker'], JSON.stringify(finding, null, 1));
	});

	test('proves nothing by reading or echoing', async () => {
		const read = [bash('sh work.sh > log'), { tool: 'Read', input: { file_path: join(cli.project, 'log') } }];
		const finding = await judge([...read, bash('cat log')], 'sh work.sh 0', { options: { allowed: 'Bash,Read' } });
		assert.equal([finding.level, finding.checks.at(-1)?.name], ['printed', 'command']);
	});

	test('is bound in a session that was resumed, and a fork repeats nothing of it', async () => {
		const first = await cli.session([bash('ls')]);
		assertBound(await judge([bash('sh work.sh')], 'sh work.sh', { options: { args: ['--resume', first.id] } }));
		const marker = createMarker('agent', nodeClock, nodeRandom);
		const folders = claudeCode.foldersFor(cli.project, cli.env);
		const early = await cli.session([bash('sh work.sh')], { env: { PROOF_MARKER: marker } });
		const fork = await cli.session([bash('ls')], { args: ['--resume', early.id, '--fork-session'] });
		const window = { kind: 'within', fromMs: fork.fromMs, toMs: fork.toMs } as const;
		const question = { marker, line: null, command: runsScript('sh work.sh'), window };
		const replayed = await judgeAgentEvidence(question, recentLines(folders, fork.fromMs), nodeHashes);
		assert.equal([replayed.level, replayed.checks.at(-1)?.name], ['printed', 'time']);
	});

	test('is bound to the step that started it, by the marker that the step gave it', async () => {
		const script = `cd . && claude -p '{{plan}}' --allowedTools Bash`;
		const start = findAgentStart(script);
		assert.ok(start?.format === claudeCode && start.isElsewhere);
		const marker = createMarker('step', nodeClock, nodeRandom);
		const watch = await watchAgentStep(start, { cwd: cli.project, env: cli.env }, nodeHashes);
		const echo = await cli.session([bash(`echo ${marker}`)]);
		const times = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => ({ startedAtMs: fromMs, endedAtMs: toMs });
		const echoed = await watch.judge({ marker, ...times(echo) });
		assert.equal([echoed.level, echoed.checks.at(-1)?.detail], ['printed', 'only an echo of the marker']);
		const work = await cli.session([bash(`sh work.sh && echo ${marker}`)]);
		assertBound(await watch.judge({ marker, ...times(work) }));
	});

	test('is seen by a watch that was set before it, and only what is new', async () => {
		const marker = createMarker('agent', nodeClock, nodeRandom);
		const folders = claudeCode.foldersFor(cli.project, cli.env);
		const first = await cli.session([bash('sh work.sh')], { env: { PROOF_MARKER: marker } });
		const watch = await createAgentWatch(folders);
		const options = { args: ['--resume', first.id], env: { PROOF_MARKER: marker } };
		const { fromMs, toMs } = await cli.session([bash('sh work.sh')], options);
		const window = { kind: 'within', fromMs, toMs } as const;
		const question = { marker, line: null, command: runsScript('sh work.sh'), window };
		const finding = await judgeAgentEvidence(question, watch.lines, nodeHashes);
		assertBound(finding);
		assert.equal([finding.traces.length, finding.files], [1, 1]);
	});
});
