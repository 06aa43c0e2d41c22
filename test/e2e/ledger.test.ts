import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { formatCanonicalJson, type JsonValue } from '../../src/core/canonical-json.ts';
import { parseRunProof } from '../../src/core/run-proof.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { digestStep } from '../../src/prompt/step-digest.ts';
import { ledgerOf, ofKind, readLedger } from '../helpers/ledger-file.ts';
import { describe } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

let sandbox: Sandbox;

describe('the ledger of a run', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	test('has the result of a step before the next one begins', async () => {
		const look = { command: `grep -q '"kind":"result"' .ledger/a.md.jsonl` };
		sandbox.write('a.md', promptText([{ command: 'true' }, look]));
		const { code, stdout } = await sandbox.verify('a.md');
		assert.is(code, 0, stdout);
	});

	test('stops where what has passed turns out to be without proof', async () => {
		const meddle = { command: 'rm transcripts/*/*.jsonl' };
		sandbox.write('a.md', promptText([meddle, { command: 'echo two' }, { command: 'echo three' }]));
		const { code } = await sandbox.verify('a.md');
		const outcomes = sandbox.record().prompts[0]?.steps.map(({ outcome }) => outcome);
		assert.equal(outcomes, ['unproven', 'skipped', 'skipped']);
		assert.is(countsIn(sandbox.read('a.md')), '0:0');
		assert.is(code, 4);
	});

	test('says what to do next where nothing could be counted', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		await sandbox.verify('a.md');
		rmSync(sandbox.path('.ledger/a.md.heads'));
		const { code, stderr } = await sandbox.verify('a.md');
		assert.is(code, 6, stderr);
		assert.match(stderr, 'warning: a.md keeps the counts that it had. Restore the ledger from version control');
	});

	test('has one run of a prompt that a command line names in several ways', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		sandbox.write('b.md', promptText([{ command: 'true' }]));
		symlinkSync('a.md', sandbox.path('alias.md'));
		const { code, stderr } = await sandbox.verify('a.md', './a.md', 'b.md', 'alias.md');
		assert.is(code, 0, stderr);
		assert.equal(
			sandbox
				.record()
				.prompts.map(({ file }) => file)
				.sort(),
			['a.md', 'b.md'],
		);
		assert.is(ofKind(readLedger(sandbox, 'a.md'), 'result').length, 1);
		for (const name of ['./a.md', 'alias.md'])
			assert.match(stderr, `verify: ${name} is a.md by another name, which runs once`);
	});

	test('says that the metrics are gone by the end, and counts with the next run that finds them', async () => {
		const text = promptText([{ command: 'cp bare.md a.md' }]);
		sandbox.write('a.md', text);
		sandbox.write('bare.md', text.replace(/.*Ratio.*\n/, ''));
		const { code, stdout } = await sandbox.verify('a.md');
		assert.match(stdout, 'not counted: Cannot count in a.md: its metrics section is gone since the run began');
		assert.is(code, 3);
		sandbox.write('a.md', text);
		sandbox.write('bare.md', text.replace('0:0', '1:0'));
		assert.is((await sandbox.verify('audit', 'a.md')).code, 0);
		assert.is((await sandbox.verify('a.md')).code, 0);
		assert.is(countsIn(sandbox.read('a.md')), '2:0');
	});

	test('counts in the prompt that ran, also where its name leads to another one by the end', async () => {
		sandbox.write('v1/a.md', promptText([{ command: 'ln -sfn ../v2/a.md a.md' }]));
		sandbox.write('v2/a.md', promptText([{ command: 'false' }]));
		mkdirSync(sandbox.path('current'));
		symlinkSync('../v1/a.md', sandbox.path('current/a.md'));
		const { code, stdout } = await sandbox.verify(sandbox.path('current/a.md'));
		assert.is(code, 0, stdout);
		assert.equal([countsIn(sandbox.read('v1/a.md')), countsIn(sandbox.read('v2/a.md'))], ['1:0', '0:0']);
		assert.is(sandbox.record().prompts[0]?.digests?.left, nodeHashes.sha256(sandbox.read('v1/a.md')));
		assert.is((await sandbox.verify('audit', 'v1/a.md', 'v2/a.md')).code, 0);
	});

	test('adopts what stood in the file, and says of each step what it came to, signed', async () => {
		sandbox.write('p/a.md', promptText([{ command: 'echo one' }, { command: 'exit 3', name: 'It fails' }], '7:2'));
		assert.is((await sandbox.verify('p/a.md')).code, 1);
		const records = readLedger(sandbox, 'p/a.md');
		assert.equal(
			records.map((record) => ('step' in record ? `${record.kind} ${record.step.number}` : record.kind)),
			['adopt', 'intent 1', 'result 1', 'intent 2', 'result 2', 'settled'],
		);
		const [adopt] = ofKind(records, 'adopt');
		assert.equal([adopt?.prompt, adopt?.counts], ['a.md', { success: 7, failure: 2 }]);

		const prompt = parsePrompt(sandbox.read('p/a.md'));
		const attempts = sandbox.record().prompts[0]?.steps.map(({ attempts }) => attempts[0]);
		const results = ofKind(records, 'result');
		assert.equal(
			results.map(({ outcome, reason, evidence, exit_code }) => [outcome, reason, evidence, exit_code]),
			[
				['passed', null, 'signed', 0],
				['failed', 'exit-code', 'signed', 3],
			],
		);
		for (const [index, result] of results.entries()) {
			const step = prompt.steps[index];
			assert.is(result.step.digest, step && digestStep(prompt, step, nodeHashes));
			assert.is(result.attestation?.statement.subject, result.step.digest);
			assert.is(result.attestation?.statement.execution_id, attempts?.[index]?.executionId);
			assert.is(result.marker, attempts?.[index]?.marker);
			assert.is(result.run, sandbox.record().run);
			assert.is(ofKind(records, 'intent')[index]?.execution, result.execution);
		}
		assert.equal(ofKind(records, 'settled')[0]?.counts, { success: 8, failure: 3 });
		assert.is(countsIn(sandbox.read('p/a.md')), '8:3');
		const { ledger, after } = sandbox.record().prompts[0]?.counts ?? {};
		assert.equal(ledger, {
			path: ledger?.path,
			head: records.at(-1)?.hash,
			isNew: true,
			lost: 0,
			derived: after,
			isExplained: true,
		});
	});

	test('has an intent and a result for each try, and counts a flaky step once', async () => {
		const command = 'if [ -e seen ]; then echo ok; else touch seen; exit 1; fi';
		sandbox.write('a.md', promptText([{ command, more: ['**Retries**: 2'] }]));
		assert.is((await sandbox.verify('a.md')).code, 1);
		const records = readLedger(sandbox, 'a.md');
		assert.equal(
			ofKind(records, 'result').map(({ attempt, outcome }) => [attempt, outcome]),
			[
				[1, 'failed'],
				[2, 'passed'],
			],
		);
		assert.equal(ofKind(records, 'settled')[0]?.added, { success: 0, failure: 1 });
		assert.is(countsIn(sandbox.read('a.md')), '0:1');
	});

	test('tells an infra result that counts nothing', async () => {
		const [front, command] = ['verify:\n  shell: /no/such/shell', 'echo never'];
		sandbox.write('a.md', promptText([{ command }], '1:0', front));
		assert.is((await sandbox.verify('a.md')).code, 3);
		const records = readLedger(sandbox, 'a.md');
		assert.equal(
			ofKind(records, 'result').map(({ outcome, reason, attestation }) => [outcome, reason, attestation]),
			[['infra', 'spawn-failed', null]],
		);
		assert.equal(ofKind(records, 'settled')[0]?.counts, { success: 1, failure: 0 });
		assert.is(countsIn(sandbox.read('a.md')), '1:0');
	});

	test('settles an interrupted run as not complete, with what it had counted', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }, { command: 'echo up; sleep 61' }]));
		const run = sandbox.start(['a.md', '--json']);
		await run.sees('"number":2');
		run.child.kill('SIGINT');
		assert.is((await run.finished).code, 130);
		const records = readLedger(sandbox, 'a.md');
		assert.equal(
			ofKind(records, 'result').map(({ outcome }) => outcome),
			['passed', 'aborted'],
		);
		const [settled] = ofKind(records, 'settled');
		assert.equal([settled?.complete, settled?.added], [false, { success: 1, failure: 0 }]);
		assert.is(countsIn(sandbox.read('a.md')), '1:0');
	});

	test('masks secrets in what it keeps of the output', async () => {
		sandbox.write(
			'a.md',
			promptText([{ command: 'echo "key $API_KEY, token ghp_$(printf a%.0s $(seq 36))"; exit 1' }]),
		);
		const { code } = await sandbox.start(['a.md'], { API_KEY: 'very-secret-value' }).finished;
		assert.is(code, 1);
		assert.is(ofKind(readLedger(sandbox, 'a.md'), 'result')[0]?.excerpt, 'key ***, token ***');
		assert.not.match(sandbox.read(ledgerOf('a.md')), 'very-secret-value');
	});

	test('keeps counts that were edited by hand, adds to them and warns', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		await sandbox.verify('a.md');
		sandbox.write('a.md', sandbox.read('a.md').replace('1:0', '100:0'));
		const { code, stderr } = await sandbox.verify('a.md');
		assert.is(code, 0, stderr);
		assert.match(stderr, 'warning: a.md: the ledger does not explain the counts that stood in the file, 100:0');
		assert.match(stderr, 'verify audit a.md');
		assert.is(countsIn(sandbox.read('a.md')), '101:0');
		assert.is(sandbox.record().prompts[0]?.counts.ledger?.isExplained, false);
	});

	test('is not written with --no-write, and neither without a place for counts or when nothing runs', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		assert.is((await sandbox.verify('a.md', '--no-write')).code, 0);
		sandbox.write('b.md', '# No metrics\n\n### Step 1: One\n**Command**: `true`\n');
		assert.is((await sandbox.verify('b.md')).code, 0);
		sandbox.write('c.md', promptText([{ command: 'true', more: ['**Requires**: `no-such-program`'] }]));
		assert.is((await sandbox.verify('c.md')).code, 5);
		assert.not(existsSync(sandbox.path('.ledger')));
	});

	test('begins with --init where a prompt had no counts', async () => {
		sandbox.write('b.md', '# No metrics\n\n### Step 1: One\n**Command**: `true`\n');
		assert.is((await sandbox.verify('b.md', '--init')).code, 0);
		assert.equal(ofKind(readLedger(sandbox, 'b.md'), 'adopt')[0]?.counts, { success: 0, failure: 0 });
		assert.is((await sandbox.verify('b.md')).code, 0);
		assert.match(sandbox.read('b.md'), '2:0');
	});

	test('counts a prompt as a whole where it says so', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }, { command: 'true' }], '0:0', 'verify:\n  count: run'));
		assert.is((await sandbox.verify('a.md')).code, 0);
		assert.is(countsIn(sandbox.read('a.md')), '1:0');
		sandbox.write('a.md', sandbox.read('a.md').replace(/`true`/g, '`false`'));
		assert.is((await sandbox.verify('a.md')).code, 1);
		assert.is(countsIn(sandbox.read('a.md')), '1:1');
		assert.equal(
			ofKind(readLedger(sandbox, 'a.md'), 'settled').map(({ complete }) => complete),
			[true, false],
		);
	});

	test('that can not be written leaves the prompt as it was, exits with 3 and loses no result', async () => {
		sandbox.write('p/a.md', promptText([{ command: 'true' }], '4:1'));
		await sandbox.verify('p/a.md');
		const before = [sandbox.read('p/a.md'), sandbox.read(ledgerOf('p/a.md'))];
		chmodSync(sandbox.path(ledgerOf('p/a.md')), 0o400);
		const { code, stdout } = await sandbox.verify('p/a.md');
		assert.is(code, 3, stdout);
		assert.match(stdout, /not counted: Cannot /);
		assert.equal([sandbox.read('p/a.md'), sandbox.read(ledgerOf('p/a.md'))], before);
		assert.is(sandbox.record().prompts[0]?.counts.write, 'refused');
		chmodSync(sandbox.path(ledgerOf('p/a.md')), 0o600);
		assert.is((await sandbox.verify('p/a.md')).code, 0);
		assert.is(countsIn(sandbox.read('p/a.md')), '6:1');
	});

	test('that can not be made leaves the prompt as it was and exits with 3', async () => {
		// A file where the folder belongs: nobody can write there, root neither.
		sandbox.write('p/.ledger', 'in the way');
		sandbox.write('p/a.md', promptText([{ command: 'true' }], '4:1'));
		const { code, stdout } = await sandbox.verify('p/a.md');
		assert.is(code, 3, stdout);
		assert.match(stdout, /not counted: Cannot /);
		assert.is(sandbox.read('p/a.md'), promptText([{ command: 'true' }], '4:1'));
		assert.is(sandbox.record().prompts[0]?.steps[0]?.outcome, 'passed');
	});

	test('of a newer version is not touched', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		await sandbox.verify('a.md');
		const { hash = '', ...last } = readLedger(sandbox, 'a.md').at(-1) as unknown as Record<string, JsonValue>;
		const future = { ...last, v: 2, kind: 'vote', prev: [hash] };
		const line = { ...future, hash: nodeHashes.sha256(formatCanonicalJson(future)) };
		const newer = `${sandbox.read(ledgerOf('a.md'))}${formatCanonicalJson(line)}\n`;
		sandbox.write(ledgerOf('a.md'), newer);
		const { code, stdout } = await sandbox.verify('a.md');
		assert.is(code, 3, stdout);
		assert.is(sandbox.read(ledgerOf('a.md')), newer);
		assert.is(countsIn(sandbox.read('a.md')), '1:0');
		assert.is(sandbox.record().prompts[0]?.counts.code, 'LEDGER_NEWER');
	});

	test('belongs to the prompt itself, not to a link to it', async () => {
		sandbox.write('p/a.md', promptText([{ command: 'true' }]));
		const { symlinkSync } = await import('node:fs');
		symlinkSync('p/a.md', sandbox.path('link.md'));
		assert.is((await sandbox.verify('link.md')).code, 0);
		assert.is((await sandbox.verify('p/a.md')).code, 0);
		assert.not(existsSync(sandbox.path('.ledger')));
		assert.is(ofKind(readLedger(sandbox, 'p/a.md'), 'settled').length, 2);
		assert.is(countsIn(sandbox.read('p/a.md')), '2:0');
	});
});

describe('the proof of a run', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox({ 'a.md': promptText([{ command: 'true' }]) });
	});
	afterEach(() => sandbox.remove());

	test('is printed right before the verdict, and stands in run.json', async () => {
		const { stderr } = await sandbox.verify('a.md');
		const proof = stderr.trimEnd().split('\n').at(-2) ?? '';
		assert.is(parseRunProof(proof)?.run, sandbox.record().run);
		assert.is(sandbox.record().proof, proof);
		assert.match(stderr, `verify: transcript ${sandbox.record().transcript}`);
	});

	test('is told in JSON too, and nobody knows its marker before', async () => {
		const { stdout, stderr } = await sandbox.verify('a.md', '--json', '--verbose');
		const events = stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as { type: string; proof?: string; marker?: string });
		const proof = events.at(-1)?.proof ?? '';
		const marker = parseRunProof(proof)?.marker ?? 'none';
		assert.is(stdout.split(marker).length, 2);
		const transcript = readFileSync(sandbox.path(sandbox.record().transcript ?? ''), 'utf8');
		assert.not.match(transcript, marker);
		const step = events.find(({ type }) => type === 'step-started')?.marker ?? 'none';
		// With --verbose people see the markers of passed steps too.
		assert.match(stderr, step);
	});
});
