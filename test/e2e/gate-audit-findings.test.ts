import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename } from 'node:path';
import * as assert from 'uvu/assert';
import {
	audit,
	commit,
	FILE,
	type Finding,
	git,
	HEADS,
	LEDGER,
	STEPS,
	unmetOf,
	using,
	verdict,
	withRuns,
} from '../helpers/audited-sandbox.ts';
import { claudeSession } from '../helpers/claude-session.ts';
import { describe } from '../helpers/suite.ts';
import { promptText, type Sandbox } from '../helpers/verify-cli.ts';

const linesOf = (sandbox: Sandbox): string[] => sandbox.read(LEDGER).trimEnd().split('\n');
const writeLines = (sandbox: Sandbox, lines: readonly string[]): void => sandbox.write(LEDGER, `${lines.join('\n')}\n`);

describe('verify audit', ({ test }) => {
	test(
		'names a count that was edited, and writes the derived one back when asked',
		using(
			() => withRuns(2),
			async (sandbox) => {
				const honest = sandbox.read(FILE);
				sandbox.write(FILE, honest.replace('4:0', '100:0 ✅ GRADUATED!'));
				const { code, stdout, stderr } = await sandbox.verify('audit', FILE);
				assert.is(code, 6);
				assert.match(stdout, /^BROKEN {2}prompts\/build\.md {2}100:0 {2}/);
				assert.match(stdout, /counts-differ {2}It says 100:0, its ledger derives 4:0/);
				assert.match(stdout, /mark-differs/);
				assert.match(stderr, /broken \(exit code 6\)/);
				assert.is((await unmetOf(sandbox))[0], 6);
				const rewritten = await sandbox.verify('audit', FILE, '--rewrite-counts');
				assert.is(rewritten.code, 0);
				assert.match(rewritten.stdout, /counts written: 4:0/);
				assert.match(sandbox.read(FILE), /Ratio\*\*: 4:0 /);
				assert.equal(await verdict(sandbox), [0]);
			},
		),
	);

	test(
		'names the first bad record of a ledger that was changed, cut, turned round or doubled',
		using(
			() => withRuns(2),
			async (sandbox) => {
				const lines = linesOf(sandbox);
				const heads = sandbox.read(HEADS);
				const at = 3;
				const line = lines[at] ?? '';
				for (const [code, changed, place] of [
					['changed-record', lines.with(at, line.replace('"attempt":1', '"attempt":2')), at + 1],
					['missing-parent', lines.toSpliced(at, 1), at + 1],
					['missing-parent', lines.with(at, lines[at + 1] ?? '').with(at + 1, line), at + 1],
					['duplicate-record', lines.toSpliced(at, 0, line), at + 2],
					['broken-line', lines.with(at, `${line} `), at + 1],
				] as const) {
					writeLines(sandbox, changed);
					const { code: exitCode, findings } = await audit(sandbox);
					assert.is(exitCode, 6, code);
					assert.equal([findings[0]?.code, findings[0]?.file, findings[0]?.line], [code, basename(LEDGER), place]);
					assert.is((await unmetOf(sandbox))[1], 'record-broken');
				}
				writeLines(sandbox, lines.slice(0, -1));
				assert.ok((await verdict(sandbox)).includes('missing-head'));
				const refused = await sandbox.verify('audit', FILE, '--rewrite-counts');
				assert.is(refused.code, 3 + 3);
				assert.match(refused.stderr, /Cannot derive the counts of prompts\/build\.md: its ledger is not intact/);
				writeLines(sandbox, lines);
				sandbox.write(HEADS, heads);
				assert.equal(await verdict(sandbox), [0]);
			},
		),
	);

	test(
		'finds a failing run that was removed with all its traces, by what git has',
		using(
			() => withRuns(2),
			async (sandbox) => {
				const clean = { prompt: sandbox.read(FILE), ledger: sandbox.read(LEDGER), heads: sandbox.read(HEADS) };
				commit(sandbox);
				sandbox.write('prompts/broken', '');
				await sandbox.verify(FILE);
				rmSync(sandbox.path('prompts/broken'));
				assert.match(sandbox.read(FILE), /: 5:1 /);
				commit(sandbox);
				const honest = git(sandbox, 'rev-parse', 'HEAD').trim();
				assert.equal(await verdict(sandbox), [0]);
				sandbox.write(FILE, clean.prompt);
				sandbox.write(LEDGER, clean.ledger);
				sandbox.write(HEADS, clean.heads);
				const { code, findings } = await audit(sandbox);
				assert.equal([code, findings[0]?.code], [6, 'removed-record']);
				assert.match(findings[0]?.message ?? '', /at HEAD and is gone/);
				assert.is((await unmetOf(sandbox))[0], 6);
				commit(sandbox);
				assert.equal(await verdict(sandbox), [0], 'HEAD itself was rewritten');
				assert.equal(await verdict(sandbox, '--since', honest), [6, 'removed-record']);
				for (const name of readdirSync(sandbox.path('prompts/.ledger')))
					rmSync(sandbox.path(`prompts/.ledger/${name}`));
				assert.equal(await verdict(sandbox), [6, 'removed-ledger']);
				assert.is((await unmetOf(sandbox))[0], 6);
			},
		),
	);

	test(
		'takes a copied ledger for what it is, and a renamed prompt when a person says so',
		using(
			() => withRuns(2),
			async (sandbox) => {
				sandbox.write('prompts/copy.md', sandbox.read(FILE));
				for (const end of ['jsonl', 'heads'])
					copyFileSync(sandbox.path(`prompts/.ledger/build.md.${end}`), sandbox.path(`prompts/.ledger/copy.md.${end}`));
				const copied = await sandbox.verify('audit', 'prompts/copy.md');
				assert.is(copied.code, 6);
				assert.match(copied.stdout, /prompts\/\.ledger\/copy\.md\.jsonl:1 {2}foreign-ledger/);
				const refused = await sandbox.verify('audit', 'prompts/copy.md', '--renamed-from', FILE);
				assert.is(refused.code, 2);
				assert.match(refused.stderr, /it is still there/);

				renameSync(sandbox.path(FILE), sandbox.path('prompts/release.md'));
				const renamed = await sandbox.verify('audit', 'prompts/release.md', '--renamed-from', FILE);
				assert.is(renamed.code, 0, renamed.stdout + renamed.stderr);
				assert.not(existsSync(sandbox.path(LEDGER)));
				await sandbox.verify('prompts/release.md');
				const after = await sandbox.verify('audit', 'prompts/release.md');
				assert.is(after.code, 0, after.stdout);
				assert.match(after.stdout, /INTACT {2}prompts\/release\.md {2}6:0/);
			},
		),
	);

	test(
		'refuses a ledger that is a link out of its folder',
		using(
			() => withRuns(1),
			async (sandbox) => {
				renameSync(sandbox.path(LEDGER), sandbox.path('elsewhere.jsonl'));
				symlinkSync(sandbox.path('elsewhere.jsonl'), sandbox.path(LEDGER));
				assert.equal(await verdict(sandbox), [6, 'symlink']);
				assert.is((await unmetOf(sandbox))[0], 6);
			},
		),
	);

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
