import { appendFileSync, mkdirSync, utimesSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { createMarker, createRunId } from '../../src/core/ids.ts';
import { digestRunResults, formatRunProof } from '../../src/core/run-proof.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { nodeRandom } from '../../src/host/node-random.ts';
import { claudeSession } from '../helpers/claude-session.ts';
import { describe } from '../helpers/suite.ts';
import { type CliResult, createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

const RUN_AT = '2026-01-05T10:00:01.200Z';
const RUN_END = '2026-01-05T10:00:01.800Z';

/** A run's record as `verify` leaves it, and a home with the transcript of an agent. */
function scene(define: (proof: string, session: ReturnType<typeof claudeSession>) => void): {
	readonly sandbox: Sandbox;
	readonly run: string;
	readonly proof: string;
	confirm(...args: string[]): Promise<CliResult>;
} {
	const sandbox = createSandbox();
	const run = createRunId(nodeClock, nodeRandom);
	const marker = createMarker('run', nodeClock, nodeRandom);
	const proof = formatRunProof({ run, marker, results: digestRunResults([], nodeHashes) });
	const record = {
		schemaVersion: 1,
		run,
		startedAt: RUN_AT,
		finishedAt: RUN_END,
		transcript: null,
		prompts: [],
		proof,
	};
	sandbox.write(`reports/${run}/run.json`, JSON.stringify(record));
	sandbox.write('reports/latest/run.json', JSON.stringify(record));
	const session = claudeSession();
	session.user('please verify');
	define(proof, session);
	const folder = `home/.claude/projects/${sandbox.folder.replace(/[^A-Za-z0-9]/g, '-')}`;
	sandbox.write(`${folder}/${'a'.repeat(8)}.jsonl`, session.lines.join('\n'));
	return {
		sandbox,
		run,
		proof,
		confirm: (...args) => sandbox.start(['confirm', ...args], { HOME: sandbox.path('home') }).finished,
	};
}

describe('verify confirm', ({ test }) => {
	test('confirms the newest run by the call that the agent made', async () => {
		const { sandbox, run, confirm } = scene((proof, session) => {
			const id = session.bash('npx verify prompts/*.md');
			session.printed(id, `passed  prompts/a.md\n${proof}`);
		});
		const { code, stdout } = await confirm();
		assert.is(code, 0, stdout);
		assert.match(stdout, new RegExp(`^CONFIRMED {6}run ${run} {2}reached bound, needed bound`));
		assert.match(stdout, /claude-code, session aaaaaaaa-0000-4000-8000-000000000001, call toolu_aaaaaaaa_1/);
		assert.match(stdout, /ok {4}command {22}runs npx verify prompts\/\*\.md/);
		sandbox.remove();
	});

	test('tells programs the same, for a run named by the beginning of its id', async () => {
		const { sandbox, run, confirm } = scene((proof, session) => session.printed(session.bash('verify a.md'), proof));
		const { code, stdout } = await confirm(run.slice(0, 13), '--json', '--agent', 'claude-code');
		const told = JSON.parse(stdout);
		assert.equal([code, told.run, told.level, told.needed, told.call.lines], [0, run, 'bound', 'bound', [2, 3]]);
		sandbox.remove();
	});

	test('says which check failed, what was seen where, and what to do', async () => {
		const { sandbox, run, confirm } = scene((proof, session) => session.printed(session.bash('make all'), proof));
		const { code, stdout } = await confirm();
		assert.is(code, 4);
		assert.match(stdout, new RegExp(`^NOT CONFIRMED {2}run ${run} {2}reached printed, needed bound`));
		assert.match(stdout, /FAIL {2}command .*a command that does not run verify {2}.*aaaaaaaa\.jsonl:2/);
		assert.match(stdout, /seen {2}result of Bash {2}.*aaaaaaaa\.jsonl:3/);
		assert.match(stdout, /next: Let the agent call verify itself/);
		sandbox.remove();
	});

	test('confirms no run by its own reports, nor by a claim', async () => {
		const { sandbox, confirm } = scene((proof, session) => {
			session.printed(session.bash('cat reports/latest/run.json'), proof);
			session.assistant([{ type: 'text', text: `I ran verify: ${proof}` }]);
			session.printed(session.bash(`verify find ${proof.split('marker=')[1]?.split(' ')[0]}`), proof);
		});
		const { code, stdout } = await confirm();
		assert.is(code, 4);
		assert.match(stdout, /reached (?:claimed|printed), needed bound/);
		sandbox.remove();
	});

	test('reads no transcript that was not written to since the run', async () => {
		const { sandbox, confirm } = scene((proof, session) => session.printed(session.bash('verify a.md'), proof));
		const old = new Date('2025-12-31T00:00:00Z');
		const folder = sandbox.path(`home/.claude/projects/${sandbox.folder.replace(/[^A-Za-z0-9]/g, '-')}`);
		utimesSync(`${folder}/aaaaaaaa.jsonl`, old, old);
		const { code, stdout } = await confirm();
		assert.is(code, 4);
		assert.match(stdout, /files written since: 0/);
		sandbox.remove();
	});

	test('finds the session of an agent that was started elsewhere, and one in a folder that is named', async () => {
		const { sandbox, confirm, proof } = scene(() => {});
		const session = claudeSession();
		session.user('please verify');
		session.printed(session.bash('cd /x && timeout 60 node dist/verify.js a.md --jobs 2'), `${proof}\r`);
		sandbox.write('home/.claude/projects/-elsewhere/b.jsonl', session.lines.join('\n'));
		assert.is((await confirm()).code, 0);
		mkdirSync(sandbox.path('copy'));
		sandbox.write('copy/c.jsonl', session.lines.join('\n'));
		assert.is((await confirm('--transcripts', 'copy')).code, 0);
		assert.is((await confirm('--transcripts', 'home/nothing')).code, 4);
		sandbox.remove();
	});

	test('refuses a run whose record was changed, has no proof, or is not there', async () => {
		const { sandbox, run, confirm } = scene(() => {});
		const path = 'reports/latest/run.json';
		const record = JSON.parse(sandbox.read(path));
		sandbox.write(path, JSON.stringify({ ...record, prompts: [{ file: 'a.md', steps: [] }] }));
		assert.match((await confirm()).stderr, /not those that its proof is about.*\[USAGE\]/);
		sandbox.write(path, JSON.stringify({ ...record, proof: undefined }));
		assert.match((await confirm()).stderr, /without a proof of its own.*\[USAGE\]/);
		appendFileSync(sandbox.path(path), '}');
		assert.match((await confirm()).stderr, /latest\/run\.json: it is no record of a run.*\[REPORT_INVALID\]/);
		const unknown = await confirm('0000');
		assert.is(unknown.code, 2);
		assert.match(unknown.stderr, /Cannot find run 0000 in reports.*\[FILE_MISSING\]/);
		assert.is((await confirm(run, '--agent', 'claud-code')).code, 2);
		assert.match((await confirm(run, '--agent', 'claud-code')).stderr, /Did you mean claude-code\?/);
		sandbox.remove();
	});
});
