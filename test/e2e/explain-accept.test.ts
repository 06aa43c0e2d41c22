import { readdirSync, readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

const PROMPT = `# Tool

## Metrics
- **Success**: 0
- **Failure**: 0

### Step 1: greets
**Command**: \`printf 'hello\\nport 8080\\nbye\\n'\`
**Expected**:

\`\`\`text
hello
port * (glob)
good bye
\`\`\`

### Step 2: hangs
**Command**: \`echo waiting; exec sleep 60\`
**Timeout**: 300ms
**Expected**: \`done\`
`;

let sandbox: Sandbox;

describe('verify explain', ({ test, before, after }) => {
	before(async () => {
		sandbox = createSandbox({
			'tool.md': PROMPT,
			'fine.md': '# Fine\n\n### Step 1: says so\n**Command**: `echo fine`\n**Expected**: `fine`\n',
		});
		await sandbox.verify('tool.md', '--stop', 'never');
	});
	after(() => sandbox.remove());

	test('without a name shows the newest failure: difference, evidence, limits, history, next', async () => {
		const { code, stdout } = await sandbox.verify('explain');
		assert.is(code, 0);
		for (const wanted of [
			/^FAIL {2}tool\.md:7 {2}step 1\/2 "greets" {2}mismatch/,
			/expected +line 3 {2}good bye/,
			/actual +line 3 {2}bye/,
			/<- first difference/,
			/demands +exit code 0; 3 lines/,
			/limits +timeout \S+, stall \S+\n +where +\./,
			/evidence +reached (bound|signed), needed (bound|signed)/,
			/\[x\] /,
			/looked in +transcripts|looked in +\//,
			/history +1 in the ledger, 0 passed, 1 of the content that ran/,
			/next +verify tool\.md --step 1/,
			/verify accept tool\.md:1/,
		]) {
			assert.match(stdout, wanted);
		}
		assert.ok(stdout.split('\n').length < 40);
	});

	test('tells the limits of the config, and the number of all steps after a run of one', async () => {
		const own = createSandbox({ 'tool.md': PROMPT, 'verify.config.json': '{ "timeout": "7s", "stall": "0" }' });
		try {
			await own.verify('tool.md', '--step', '1');
			const { stdout } = await own.verify('explain');
			assert.match(stdout, /step 1\/2 "greets"/);
			assert.match(stdout, /limits +timeout 7\.0s, stall never/);
		} finally {
			own.remove();
		}
	});

	test('tells what ended a step that hung, as JSON too', async () => {
		const { stdout } = await sandbox.verify('explain', 'tool.md:2');
		assert.match(stdout, /limit +timeout 300ms, cancelled after/);
		const { run } = sandbox.record();
		const json = JSON.parse((await sandbox.verify('explain', `${run.slice(0, 14)}:2`, '--json')).stdout);
		assert.is(json.step.reason, 'timeout');
		assert.is(json.history.length, 1);
		assert.equal(json.next[0], 'verify tool.md --step 2');
	});

	test('explains a step that passed, and says when there is no such step', async () => {
		await sandbox.verify('fine.md');
		assert.match((await sandbox.verify('explain', 'latest:fine.md:1')).stdout, /^PASS {2}fine\.md:3/);
		const missing = await sandbox.verify('explain', 'tool.md:9');
		assert.is(missing.code, 5);
		assert.match(missing.stderr, /Cannot find a step 9 of tool\.md/);
	});
});

describe('verify accept', ({ test, before, after }) => {
	before(async () => {
		sandbox = createSandbox({ 'tool.md': PROMPT });
		await sandbox.verify('tool.md', '--stop', 'never');
	});
	after(() => sandbox.remove());

	test('changes nothing in CI, and nothing where nobody can say yes, but shows the edit', async () => {
		const inCi = await sandbox.start(['accept', 'tool.md:1', '--yes'], { CI: 'true' }).finished;
		assert.is(inCi.code, 2);
		assert.match(inCi.stderr, /Cannot accept in CI/);
		const unasked = await sandbox.verify('accept', 'tool.md:1');
		assert.is(unasked.code, 2);
		assert.match(unasked.stdout, /- good bye\n\+ bye\n/);
		assert.match(sandbox.read('tool.md'), /\ngood bye\n/);
	});

	test('refuses a step that was killed', async () => {
		const { code, stderr } = await sandbox.verify('accept', 'tool.md:2', '--yes');
		assert.is(code, 2);
		assert.match(stderr, /tool\.md:2: it was killed \(timeout\).*ACCEPT_REFUSED/);
	});

	test('writes the line that differs, keeps the pattern, tells the ledger, and the step passes', async () => {
		const was = sandbox.read('tool.md');
		const { code, stderr } = await sandbox.verify('accept', 'tool.md:1', '--yes');
		assert.is(code, 0, stderr);
		assert.is(sandbox.read('tool.md'), was.replace('good bye', 'bye'));
		const last = JSON.parse(
			readFileSync(sandbox.path('.ledger/tool.md.jsonl'), 'utf8').trim().split('\n').at(-1) ?? '',
		);
		assert.is(last.kind, 'accept');
		assert.is(last.step.number, 1);
		assert.is.not(last.step.digest, last.digest_after);
		const locks = [sandbox.folder, sandbox.path('.ledger')].flatMap((folder) => readdirSync(folder));
		assert.equal(
			locks.filter((name) => name.endsWith('.lock')),
			[],
		);
		const again = await sandbox.verify('accept', 'tool.md:1', '--yes');
		assert.match(again.stderr, /the step was changed since it ran/);
		const run = await sandbox.verify('tool.md', '--step', '1');
		assert.is(run.code, 0, run.stdout);
		assert.match((await sandbox.verify('explain', 'tool.md:1')).stdout, /accepted +same content/);
		assert.is((await sandbox.verify('audit', 'tool.md')).code, 0);
		assert.match((await sandbox.verify('accept', 'tool.md')).stderr, /nothing failed in the last run/);
	});
});
