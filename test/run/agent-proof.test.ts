import * as assert from 'uvu/assert';
import { weighAgent } from '../../src/run/agent-proof.ts';
import type { EvidenceFinding } from '../../src/run/evidence-source.ts';
import type { AgentFinding } from '../../src/transcript/agents/judge-agent-evidence.ts';
import { describe } from '../helpers/suite.ts';
import { createSandbox, promptText } from '../helpers/verify-cli.ts';

const signed: EvidenceFinding = { level: 'signed', checks: [], reason: null, source: 't' };
const agent = (level: AgentFinding['level'], reason: AgentFinding['reason']): AgentFinding => ({
	level,
	reason,
	checks: [{ name: 'a call printed the marker', isOk: level === 'bound', detail: 'seen', where: 's.jsonl:3' }],
	call: null,
	traces: [],
	problems: [],
	files: 1,
});

describe('weighAgent()', ({ test }) => {
	test('leaves the level where the agent’s transcript is bound, and shows what was asked of it', () => {
		const { level, checks } = weighAgent(signed, agent('bound', null));
		assert.equal(
			[level, checks],
			['signed', [{ name: 'agent: a call printed the marker', isOk: true, detail: 'seen (s.jsonl:3)' }]],
		);
	});

	test('takes the lower of both levels, with the reason of what failed first', () => {
		const { level, reason } = weighAgent(signed, agent('claimed', 'no-marker'));
		assert.equal([level, reason], ['claimed', 'no-marker']);
		const cut: EvidenceFinding = { ...signed, level: 'none', reason: 'cut-bracket' };
		assert.is(weighAgent(cut, agent('printed', 'no-bracket')).reason, 'cut-bracket');
		assert.is(weighAgent(cut, agent('printed', 'no-bracket')).level, 'none');
	});
});

describe('a step that starts an agent', ({ test }) => {
	test('is unproven when the agent left no trace of the marker it was given, whatever was printed', async () => {
		const sandbox = createSandbox({
			'bin/claude': '#!/bin/sh\necho "done $2"\n',
			'a.md': promptText([{ command: 'PATH="$PWD/bin:$PATH"; chmod +x bin/claude; claude -p "run this: {{marker}}"' }]),
		});
		const { code, stdout } = await sandbox.start(['a.md'], { CLAUDE_CONFIG_DIR: sandbox.path('claude') }).finished;
		assert.is(code, 4, stdout);
		const attempt = sandbox.record().prompts[0]?.steps[0]?.attempts[0];
		assert.equal([attempt?.outcome, attempt?.exitCode], ['unproven', 0]);
		assert.match(stdout, 'agent: ');
		sandbox.remove();
	});

	test('is a step like any other when it keeps its marker to itself', async () => {
		const sandbox = createSandbox({
			'bin/claude': '#!/bin/sh\necho 2.1\n',
			'a.md': promptText([{ command: 'PATH="$PWD/bin:$PATH"; chmod +x bin/claude; claude --version' }]),
		});
		const { code, stdout } = await sandbox.verify('a.md');
		assert.is(code, 0, stdout);
		sandbox.remove();
	});
});
