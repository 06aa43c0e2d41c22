import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMarker, createRunId } from '../../src/core/ids.ts';
import { digestRunResults, formatRunProof } from '../../src/core/run-proof.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { nodeRandom } from '../../src/host/node-random.ts';
import { exchange, makeTranscripts } from '../make-transcripts.ts';
import { measure, type Program } from '../measure.ts';
import { type Extent, type Row, ratioAtMost } from '../rows.ts';
import { VERIFY } from '../verify-program.ts';

const MIB = 1024 * 1024;
const SMALL_MIB = 10;

/** Times the confirmation of a run in the transcript of an agent, in a large folder of transcripts beside a small one. */
export async function measureConfirm({ runs, isFull }: Extent): Promise<readonly Row[]> {
	const largeMib = isFull ? 2048 : 512;
	const folder = await mkdtemp(join(tmpdir(), 'verify-bench-confirm-'));
	try {
		const programs = [await makeProgram(folder, SMALL_MIB), await makeProgram(folder, largeMib)];
		const [beside = null, ours] = await measure(programs, runs);
		const work = `confirmation of a run, in ${largeMib} MiB`;
		return ours ? [{ work, ours, beside, goal: ratioAtMost(1.2) }] : [];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function makeProgram(folder: string, size: number): Promise<Program> {
	const home = join(folder, `home-${size}`);
	const cwd = join(folder, `project-${size}`);
	const project = join(home, '.claude/projects', cwd.replace(/[^A-Za-z0-9]/g, '-'));
	// Files that nobody has written to for long.
	await makeTranscripts(project, { bytes: size * MIB, markers: [], modified: new Date(0) });
	await writeRun(cwd, project);
	return {
		name: `in ${size} MiB`,
		argv: [process.execPath, VERIFY, 'confirm'],
		cwd,
		env: { HOME: home },
	};
}

async function writeRun(cwd: string, project: string): Promise<void> {
	const run = createRunId(nodeClock, nodeRandom);
	const results = digestRunResults([], nodeHashes);
	const proof = formatRunProof({ run, marker: createMarker('run', nodeClock, nodeRandom), results });
	const atMs = Date.now();
	const startedAt = new Date(atMs).toISOString();
	const text = exchange('own', `passed\n${proof}`, { command: 'npx verify prompts/*.md', atMs });
	await writeFile(join(project, 'own.jsonl'), text);
	await mkdir(join(cwd, 'reports/latest'), { recursive: true });
	const record = { schemaVersion: 1, run, startedAt, finishedAt: startedAt, transcript: null, prompts: [], proof };
	await writeFile(join(cwd, 'reports/latest/run.json'), JSON.stringify(record));
}
