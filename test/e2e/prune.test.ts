import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { listKeptRuns } from '../../src/cli/prune/list-kept-runs.ts';
import { pruneAfterRun } from '../../src/cli/prune/prune-after-run.ts';
import { pruneRuns } from '../../src/cli/prune/prune-runs.ts';
import { removeRun } from '../../src/cli/prune/remove-run.ts';
import { describe } from '../helpers/suite.ts';
import { createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

const DAY_MS = 86_400_000;
const LIMIT = { runs: 3, ageMs: 0, bytes: 0 };
const NOW = Date.now();

/** Lets all that a run left be of an earlier day. */
function age(path: string, days: number): void {
	const at = new Date(NOW - days * DAY_MS);
	for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) utimesSync(join(path, name), at, at);
	utimesSync(path, at, at);
}

const idOf = (serial: number): string => `0197${String(serial).padStart(4, '0')}-0000-7000-8000-000000000000`;

/** Copies what a real run left under the ids of earlier ones, ten days old. */
function addHistory(sandbox: Sandbox, count: number): readonly string[] {
	const ids = Array.from({ length: count }, (_, index) => idOf(index + 1));
	const [day = ''] = readdirSync(sandbox.path('transcripts'));
	mkdirSync(sandbox.path('transcripts/2025-07-01'), { recursive: true });
	for (const id of ids) {
		cpSync(sandbox.path('reports/latest/'), sandbox.path(`reports/${id}`), { recursive: true });
		for (const name of ['run.json', 'summary.json']) {
			const text = sandbox.read(`reports/latest/${name}`);
			sandbox.write(`reports/${id}/${name}`, text.replaceAll(sandbox.record().run, id));
		}
		age(sandbox.path(`reports/${id}`), 10);
		const transcript = sandbox.path(`transcripts/2025-07-01/${id}.jsonl`);
		cpSync(sandbox.path(`transcripts/${day}/${sandbox.record().run}.jsonl`), transcript);
		utimesSync(transcript, NOW / 1000 - 864_000, NOW / 1000 - 864_000);
	}
	return ids;
}

let sandbox: Sandbox;
const placesOf = ({ path }: Sandbox) => ({ reports: path('reports'), transcripts: path('transcripts') });
const idsIn = (folder: string): string[] =>
	readdirSync(folder)
		.filter((name) => name.startsWith('0197'))
		.sort();

describe('verify prune', ({ test, skip, beforeEach, afterEach }) => {
	beforeEach(async () => {
		sandbox = createSandbox({ 'p.md': promptText([{ command: 'echo fine' }]) });
		assert.is((await sandbox.verify('p.md')).code, 0);
	});
	afterEach(() => sandbox.remove());

	test('tells what would go, then removes it, and touches nothing else', async () => {
		const ids = addHistory(sandbox, 6);
		sandbox.write('reports/notes.txt', 'mine');
		sandbox.write('transcripts/samples/run.jsonl', 'mine');
		const ledger = sandbox.read('.ledger/p.md.jsonl');
		const dry = await sandbox.verify('prune', '--keep-runs', '4', '--dry-run');
		assert.is(dry.code, 0, dry.stderr);
		assert.equal(
			dry.stdout
				.trim()
				.split('\n')
				.map((line) => line.slice(0, 36)),
			ids.slice(0, 3),
		);
		assert.match(dry.stderr, /would remove 3 runs, .*; 4 kept; ledgers are never touched/);
		assert.equal(idsIn(sandbox.path('reports')), ids);
		const { code, stdout } = await sandbox.verify('prune', '--keep-runs', '4', '--json');
		assert.is(code, 0);
		const told = JSON.parse(stdout);
		assert.equal([told.isDry, told.removed.length, told.kept, told.problems], [false, 3, 4, []]);
		assert.equal(idsIn(sandbox.path('reports')), ids.slice(3));
		assert.is(readdirSync(sandbox.path('transcripts/2025-07-01')).length, 3);
		assert.is(sandbox.read('.ledger/p.md.jsonl'), ledger);
		assert.ok(
			existsSync(sandbox.path('reports/notes.txt')) && existsSync(sandbox.path('transcripts/samples/run.jsonl')),
		);
		const index = sandbox.read('reports/index.html');
		for (const id of ids) assert.is(index.includes(id), ids.indexOf(id) >= 3, 'the index leads only to what is kept');
		assert.is((await sandbox.verify('audit', 'p.md', '--deep')).code, 0);
	});

	test('reads its limits from the config, and keeps all with none', async () => {
		const ids = addHistory(sandbox, 4);
		assert.is((await sandbox.verify('prune', '--keep-runs', '0')).stdout, '');
		sandbox.write('verify.config.json', JSON.stringify({ keepDays: 9, keepBytes: '1G' }));
		await sandbox.verify('prune');
		assert.equal(idsIn(sandbox.path('reports')), []);
		assert.ok(!existsSync(sandbox.path('transcripts/2025-07-01')), 'the empty folder of a day went too');
		assert.is(sandbox.record().verdict, 'passed', 'the newest stays');
		assert.is(ids.length, 4);
	});

	test('leaves what may still be a run, until nobody wrote to it for a month', async () => {
		const [first = '', second = ''] = addHistory(sandbox, 2);
		for (const id of [first, second])
			for (const name of ['run.json', 'summary.json']) rmSync(sandbox.path(`reports/${id}/${name}`));
		age(sandbox.path(`reports/${first}`), 40);
		age(sandbox.path(`reports/${second}`), 20);
		await sandbox.verify('prune', '--keep-runs', '1');
		assert.equal(idsIn(sandbox.path('reports')), [first, second], 'the transcript of the first is younger');
		utimesSync(sandbox.path(`transcripts/2025-07-01/${first}.jsonl`), NOW / 1000 - 3e6, NOW / 1000 - 3e6);
		await sandbox.verify('prune', '--keep-runs', '1');
		assert.equal(idsIn(sandbox.path('reports')), [second]);
	});

	test('a run prunes by itself, once there are too many', async () => {
		const ids = addHistory(sandbox, 5);
		const run = await sandbox.verify('p.md', '--keep-runs', '4');
		assert.is(run.code, 0, run.stderr);
		// The run of before and this one are too young to go.
		assert.equal(idsIn(sandbox.path('reports')), ids.slice(3));
		assert.ok(!sandbox.read('reports/index.html').includes(ids[0] ?? ''));
		assert.equal(await sandbox.verify('p.md', '--keep-runs', '1').then(({ code }) => code), 0);
		assert.equal(idsIn(sandbox.path('reports')), ids.slice(3), 'looked at again after ten more runs');
	});

	test('costs next to nothing when nothing is to do', async () => {
		addHistory(sandbox, 60);
		const places = placesOf(sandbox);
		assert.equal(await pruneAfterRun(places, { ...LIMIT, runs: 59 }, NOW), []);
		const times = [];
		for (let round = 0; round < 9; round += 1) {
			const from = performance.now();
			await pruneAfterRun(places, { ...LIMIT, runs: 59 }, NOW);
			times.push(performance.now() - from);
		}
		const median = times.sort((a, b) => a - b)[4] ?? 0;
		assert.ok(median < 10, `${median} ms`);
	});

	test('what vanishes meanwhile is no problem, nor what a killed pruning left', async () => {
		const [first = '', second = ''] = addHistory(sandbox, 5);
		const places = placesOf(sandbox);
		const runs = await listKeptRuns(places);
		const gone = runs.find(({ run }) => run === first);
		rmSync(sandbox.path(`reports/${first}`), { recursive: true });
		rmSync(sandbox.path('transcripts'), { recursive: true });
		assert.ok(gone);
		await removeRun(gone, places);
		sandbox.write(`reports/.pruned-${second}/run.json`, '{}');
		const { removed, problems } = await pruneRuns(places, LIMIT, { isDry: false, nowMs: NOW });
		assert.equal([removed.length, problems], [2, []]);
		assert.not(existsSync(sandbox.path(`reports/.pruned-${second}`)));
		const nowhere = { reports: sandbox.path('none'), transcripts: sandbox.path('none') };
		assert.equal((await pruneRuns(nowhere, LIMIT, { isDry: false, nowMs: NOW })).removed, []);
		assert.equal((await pruneAfterRun(nowhere, LIMIT, NOW)).length, 1, 'told, not thrown');
	});

	if (process.platform !== 'linux' || process.getuid?.() !== 0) {
		skip('tells what it may not remove, and fails no run', 'needs root to mount a read-only disk');
	} else {
		test('tells what it may not remove, and fails no run', async () => {
			const ids = addHistory(sandbox, 5);
			const reports = sandbox.path('reports');
			execFileSync('mount', ['--bind', reports, reports]);
			try {
				execFileSync('mount', ['-o', 'remount,bind,ro', reports]);
				const { code, stderr } = await sandbox.verify('prune', '--keep-runs', '3');
				assert.is(code, 3);
				assert.match(stderr, /Cannot remove run 01970001.*EROFS/);
				assert.match(stderr, /removed 0 runs/);
				assert.ok((await pruneAfterRun(placesOf(sandbox), LIMIT, NOW)).length > 0);
			} finally {
				execFileSync('umount', [reports]);
			}
			assert.equal(idsIn(reports), ids);
			assert.ok(readFileSync(join(reports, ids[0] ?? '', 'run.json')).length > 0);
			writeFileSync(join(reports, 'writable-again'), '');
		});
	}
});
