import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { LedgerRecord } from '../../src/core/ledger-records.ts';
import { type ClaudeCli, createClaudeCli } from '../helpers/claude-cli.ts';
import type { PlannedCall } from '../helpers/stub-model.ts';
import { describe } from '../helpers/suite.ts';
import { promptText } from '../helpers/verify-cli.ts';

const PROGRAM = process.env.CLAUDE_CODE_PROGRAM ?? 'claude';
const bash = (command: string, more: object = {}): PlannedCall => ({
	tool: 'Bash',
	input: { command, description: 'Run it', ...more },
});

describe('verify confirm, of runs that Claude Code started', ({ test, before, after }) => {
	let cli: ClaudeCli;
	before(async () => {
		cli = await createClaudeCli(PROGRAM);
		await writeFile(join(cli.project, 'p.md'), promptText([{ command: 'echo fine' }, { command: 'test 1 = 1' }]));
	});
	after(async () => {
		await cli[Symbol.asyncDispose]();
	});

	const confirmations = async (): Promise<readonly LedgerRecord[]> => {
		const text = await readFile(join(cli.project, '.ledger/p.md.jsonl'), 'utf8');
		const records = text.split('\n').filter((line) => line !== '');
		return records.map((line) => JSON.parse(line) as LedgerRecord).filter(({ kind }) => kind === 'confirmed');
	};

	test('confirms the run, writes it into the ledger once, and the ledger audits', async () => {
		const { id } = await cli.session([bash('verify p.md')]);
		const first = await cli.verify('confirm');
		assert.is(first.code, 0, first.stdout + first.stderr);
		assert.match(first.stdout, new RegExp(`^CONFIRMED .*reached bound, needed bound\\n {2}claude-code, session ${id}`));
		assert.match(first.stdout, /recorded in \.ledger\/p\.md\.jsonl/);
		assert.is((await cli.verify('confirm')).code, 0);
		const [record, ...others] = await confirmations();
		assert.ok(record?.kind === 'confirmed' && others.length === 0);
		assert.equal(
			[record.agent, record.session, record.transcript, record.evidence],
			['claude-code', id, `${id}.jsonl`, 'bound'],
		);
		const audit = await cli.verify('audit', 'p.md');
		assert.is(audit.code, 0, audit.stdout + audit.stderr);
	});

	test('confirms a run in the background', async () => {
		const wait = { tool: 'TaskOutput', input: { task_id: '{{task}}', block: true, timeout: 60_000 } };
		await cli.session([bash('verify p.md', { run_in_background: true }), wait], { allowed: 'Bash,TaskOutput' });
		const background = await cli.verify('confirm');
		assert.is(background.code, 0, background.stdout + background.stderr);
		assert.match(background.stdout, /kept in |result of TaskOutput/);
		const audit = await cli.verify('audit', 'p.md', '--deep');
		assert.is(audit.code, 0, audit.stdout + audit.stderr);
	});

	test('does not confirm a run of somebody else, whatever the agent says and reads of it', async () => {
		const run = await cli.verify('p.md');
		assert.is(run.code, 0, run.stdout + run.stderr);
		await cli.session([
			bash('cat reports/latest/run.json'),
			bash('echo verify p.md; tail -n 3 reports/latest/run.json'),
		]);
		const { code, stdout } = await cli.verify('confirm');
		assert.is(code, 4, stdout);
		assert.match(stdout, /^NOT CONFIRMED .* needed bound/);
	});

	test('does not confirm a run whose proof the agent threw away', async () => {
		await cli.session([bash('verify p.md > log 2>&1'), bash('cat log')]);
		const { code, stdout } = await cli.verify('confirm');
		assert.is(code, 4, stdout);
		assert.match(stdout, /FAIL {2}command {2}.*a command that does not run verify/);
	});
});
