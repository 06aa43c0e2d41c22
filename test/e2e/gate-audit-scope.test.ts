import { readdirSync, rmSync } from 'node:fs';
import * as assert from 'uvu/assert';
import {
	audit,
	commit,
	FILE,
	type Finding,
	git,
	STEPS,
	unmetOf,
	using,
	verdict,
	withRuns,
} from '../helpers/audited-sandbox.ts';
import { claudeSession } from '../helpers/claude-session.ts';
import { describe } from '../helpers/suite.ts';
import { promptText } from '../helpers/verify-cli.ts';

describe('verify audit', ({ test }) => {
	test(
		'works on a fresh clone without transcripts, and with --deep says what that can not show',
		using(
			() => withRuns(2),
			async (sandbox) => {
				commit(sandbox);
				git(sandbox, 'clone', '-q', '.', 'clone');
				const cloned = { ...sandbox, path: sandbox.path };
				const { code, stdout } = await cloned.verify(
					'audit',
					'clone/prompts/build.md',
					'--json',
					'--deep',
					'--transcripts',
					'none',
				);
				assert.is(code, 0, stdout);
				const { findings, counts } = JSON.parse(stdout) as { findings: readonly Finding[]; counts: unknown };
				assert.equal(
					findings.map((finding) => finding.code),
					['transcript-missing'],
				);
				assert.equal(counts, {
					file: { success: 4, failure: 0 },
					derived: { success: 4, failure: 0 },
					adopted: { success: 0, failure: 0 },
					rewritten: null,
				});
			},
		),
	);

	test(
		'holds the ledger against transcripts where they are',
		using(
			() => withRuns(1),
			async (sandbox) => {
				const { findings } = await audit(sandbox, '--deep');
				assert.equal(
					findings.map(({ code }) => code),
					['no-history'],
				);
				const [day = ''] = readdirSync(sandbox.path('transcripts'));
				const [name = ''] = readdirSync(sandbox.path(`transcripts/${day}`));
				const transcript = `transcripts/${day}/${name}`;
				const text = sandbox.read(transcript);
				sandbox.write(transcript, text.replace(/"exit_code":0/, '"exit_code":1'));
				assert.equal(await verdict(sandbox, '--deep'), [6, 'transcript-differs']);
				assert.equal(await verdict(sandbox), [0]);
			},
		),
	);

	test(
		'asks keys.json whose signatures count',
		using(
			() => withRuns(1),
			async (sandbox) => {
				const { stdout } = await sandbox.verify('audit', FILE, '--json');
				const [{ key } = { key: '' }] = (JSON.parse(stdout) as { keys: { key: string }[] }).keys;
				const keys = 'prompts/.ledger/keys.json';
				sandbox.write(keys, JSON.stringify({ keys: [{ key, name: 'me' }] }));
				assert.equal(await verdict(sandbox), [0]);
				sandbox.write(keys, JSON.stringify({ keys: [{ key, name: 'me', notAfter: '2001-01-01' }] }));
				assert.equal(await verdict(sandbox), [6, 'stale-key']);
				sandbox.write(keys, JSON.stringify({ keys: [] }));
				assert.equal(await verdict(sandbox), [6, 'unknown-key']);
			},
		),
	);

	test(
		'goes through several prompts, and names what it can not read',
		using(
			() => withRuns(1),
			async (sandbox) => {
				sandbox.write('prompts/new.md', promptText(STEPS, '3:0'));
				const { code, stdout, stderr } = await sandbox.verify('audit', FILE, 'prompts/new.md', 'prompts/none.md');
				assert.is(code, 2);
				assert.match(stdout, /^INTACT {2}prompts\/build\.md/m);
				assert.match(stdout, /^INTACT {2}prompts\/new\.md .* no ledger$/m);
				assert.match(stderr, /FILE_MISSING/);
			},
		),
	);

	test(
		'holds what an agent confirmed against its transcript, and lets the gate ask for that',
		using(
			() => withRuns(5),
			async (sandbox) => {
				const env = { HOME: sandbox.path('home') };
				const call = (...args: string[]) => sandbox.start(args, env).finished;
				const { startedAt, finishedAt, proof } = sandbox.record();
				const [beganMs, endedMs] = [startedAt, finishedAt ?? ''].map((at) => Date.parse(at)) as [number, number];
				const session = claudeSession();
				session.user('please verify');
				session.wait(beganMs - 100 - session.nowMs());
				const id = session.bash(`npx verify ${FILE}`);
				session.wait(endedMs - beganMs);
				session.printed(id, proof ?? '');
				const transcript = 'home/.claude/projects/-w/a.jsonl';
				sandbox.write(transcript, session.lines.join('\n'));

				assert.equal(await unmetOf(sandbox, '--require-agent'), [7, 'step-not-confirmed', 'step-not-confirmed']);
				const confirmed = await call('confirm');
				assert.is(confirmed.code, 0, confirmed.stdout + confirmed.stderr);
				const left = readdirSync(sandbox.path('prompts/.ledger')).filter((name) => name.endsWith('.lock'));
				assert.equal(left, []);
				assert.equal(await unmetOf(sandbox, '--require-agent'), [0]);
				assert.is((await call('audit', FILE, '--deep')).code, 0);
				sandbox.write(transcript, session.lines.with(2, session.lines[0] ?? '').join('\n'));
				const differing = await call('audit', FILE, '--deep');
				assert.is(differing.code, 6);
				assert.match(differing.stdout, /build\.md\.jsonl:\d+ {2}transcript-differs {2}The call that confirms run/);
				rmSync(sandbox.path('home'), { recursive: true });
				const gone = await call('audit', FILE, '--deep');
				assert.is(gone.code, 0);
				assert.match(gone.stdout, /note: 1 of 1 confirmations are of agents' transcripts that are not here/);
			},
		),
	);
});
