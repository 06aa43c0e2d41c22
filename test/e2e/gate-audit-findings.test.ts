import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename } from 'node:path';
import * as assert from 'uvu/assert';
import {
	audit,
	commit,
	FILE,
	git,
	HEADS,
	LEDGER,
	unmetOf,
	using,
	verdict,
	withRuns,
} from '../helpers/audited-sandbox.ts';
import { describe } from '../helpers/suite.ts';
import type { Sandbox } from '../helpers/verify-cli.ts';

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
});
