import * as assert from 'uvu/assert';
import { audit, commit, FILE, STEPS, unmetOf, using, verdict, withRuns } from '../helpers/audited-sandbox.ts';
import { describe } from '../helpers/suite.ts';
import { createSandbox, promptText } from '../helpers/verify-cli.ts';

describe('verify gate', ({ test }) => {
	test(
		'follows a prompt from its first run through graduation, an edit, and back',
		using(
			() => withRuns(1),
			async (sandbox) => {
				assert.equal(await unmetOf(sandbox), [7, 'too-few-successes']);
				for (let run = 0; run < 4; run += 1) await sandbox.verify(FILE);
				const met = await sandbox.verify('gate', FILE);
				assert.is(met.code, 0);
				assert.is(met.stdout, `MET      ${FILE}  10:0  bound 0.72  graduated  evidence signed\n`);
				const before = sandbox.read(FILE);
				assert.match(before, /10:0 ✅ GRADUATED!/);

				sandbox.write(FILE, before.replace('test ! -e broken', 'test ! -e  broken'));
				const edited = await sandbox.verify('gate', FILE, '--write');
				assert.is(edited.code, 7);
				assert.match(
					edited.stdout,
					/^NOT MET .* development {2}evidence none {2}1 clean run missing {2}mark removed$/m,
				);
				assert.match(edited.stdout, /step-not-passed {2}Step 2 \(Check\) was edited and has no pass since/);
				assert.match(edited.stdout, /next: Run verify prompts\/build\.md$/m);
				const demoted = sandbox.read(FILE);
				assert.match(demoted, /\*\*: 10:0 \(Requires 10:1 to graduate\)$/m);

				sandbox.write(FILE, demoted.replace('test ! -e  broken', 'test ! -e broken'));
				const again = await sandbox.verify('gate', FILE, '--write');
				assert.match(again.stdout, /graduated .* mark set$/m);
				assert.is(sandbox.read(FILE), before, 'nothing but the mark was written');
				assert.equal(await verdict(sandbox), [0]);
			},
		),
	);

	test(
		'counts what stood in a file before, and still asks for a pass of each step',
		using(
			async () => createSandbox({ [FILE]: promptText(STEPS, '40:1') }),
			async (sandbox) => {
				assert.equal(await unmetOf(sandbox), [7, 'step-not-passed', 'step-not-passed']);
				await sandbox.verify(FILE);
				assert.equal(await unmetOf(sandbox), [0]);
				assert.equal(await unmetOf(sandbox, '--adopted', 'ignore'), [7, 'too-few-successes']);
				assert.equal(await unmetOf(sandbox, '--require-agent'), [7, 'step-not-confirmed', 'step-not-confirmed']);
				sandbox.write('policy.yaml', 'gate:\n  confidence: 0.95\n  evidence: signed\n');
				assert.equal(await unmetOf(sandbox, '--policy', 'policy.yaml'), [7, 'bound-too-low']);
				assert.equal(await unmetOf(sandbox, '--policy', 'policy.yaml', '--confidence', '0.5'), [0]);
				sandbox.write('policy.json', '{"confidense": 0.5}');
				const wrong = await sandbox.verify('gate', FILE, '--policy', 'policy.json');
				assert.is(wrong.code, 2);
				assert.match(wrong.stderr, /policy\.json: Unknown key "gate\.confidense"\. Did you mean "gate\.confidence"\?/);
			},
		),
	);

	test(
		'lets a prompt ask for more than the policy, and refuses less',
		using(
			async () => {
				const sandbox = createSandbox({
					[FILE]: promptText(STEPS, '40:0', 'verify:\n  gate: { minRuns: 50, evidence: none }'),
				});
				await sandbox.verify(FILE);
				return sandbox;
			},
			async (sandbox) => {
				const { code, stdout, stderr } = await sandbox.verify('gate', FILE);
				assert.is(code, 7);
				assert.match(stdout, /too-few-runs {2}It counted 42 times, the policy wants 50/);
				assert.match(stderr, /prompts\/build\.md:3 asks for gate\.evidence none, refused: the policy asks for bound/);
				sandbox.write(FILE, sandbox.read(FILE).replace('minRuns: 50', 'minRun: 2'));
				assert.equal((await unmetOf(sandbox)).slice(0, 2), [7, 'policy-unreadable']);
			},
		),
	);

	test(
		'judges only what changed since a revision',
		using(
			async () => createSandbox({ [FILE]: promptText(STEPS), 'prompts/other.md': promptText(STEPS) }),
			async (sandbox) => {
				const outside = await sandbox.verify('gate', FILE, '--since', 'HEAD');
				assert.is(outside.code, 2);
				assert.match(outside.stderr, /is in no git repository/);
				commit(sandbox);
				const none = await sandbox.verify('gate', 'prompts/*.md', '--since', 'HEAD');
				assert.equal([none.code, none.stdout], [0, '']);
				assert.match(none.stderr, /2 of 2 prompts are as they were at HEAD/);
				sandbox.write(FILE, promptText(STEPS, '1:0'));
				const one = await sandbox.verify('gate', 'prompts/*.md', '--since', 'HEAD');
				assert.is(one.code, 7);
				assert.match(one.stdout, /build\.md/);
				assert.not.match(one.stdout, /other\.md/);
			},
		),
	);

	test(
		'does not forget a run that was killed, until a whole one has followed',
		using(
			() => withRuns(5),
			async (sandbox) => {
				const text = sandbox.read(FILE);
				sandbox.write(FILE, text.replace('test ! -e broken', 'sleep 300'));
				const running = sandbox.start(['run', FILE, '--json']);
				await running.sees('"command":"sleep 300"');
				running.child.kill('SIGKILL');
				await running.finished;
				assert.equal(await sandbox.leftoversAtLast(), []);
				sandbox.write(FILE, text.replace('10:0', '11:0'));
				const { code, findings } = await audit(sandbox);
				assert.is(code, 0, JSON.stringify(findings));
				assert.ok(findings.some((finding) => finding.code === 'lost-intent' && finding.line !== null));
				assert.equal(await unmetOf(sandbox), [7, 'run-unreported']);
				await sandbox.verify(FILE);
				assert.equal(await unmetOf(sandbox), [0]);
				assert.equal(await unmetOf(sandbox, '--max-unreported', '0'), [7, 'too-many-unreported']);
			},
		),
	);
});
