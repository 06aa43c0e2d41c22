import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makePrompts } from '../make-prompts.ts';
import { type Figures, measure, type Program } from '../measure.ts';
import { type Extent, msAtMost, peakBelow, type Row } from '../rows.ts';
import { typicalPrompt } from '../typical-prompt.ts';
import { VERIFY } from '../verify-program.ts';

/** mdast over all of them would take minutes: it reads this share, and its time is multiplied. */
const SHARE = 20;
const ALL = 10_000;
const COLD_MS = 8000;
const WARM_MS = 2000;
const MOST_MIB = 300;

/** Times `lint` and `gate` over typical prompts, with nothing remembered of them and with all, beside mdast alone. */
export async function measureReading({ runs, isFull }: Extent): Promise<readonly Row[]> {
	// Fewer have the same time for each: the start of Node and of threads then weighs more, against us. What memory they take says nothing of all.
	const count = isFull ? ALL : 2000;
	const few = Math.min(runs, 3);
	const prompts = await makePrompts(count, typicalPrompt);
	const cache = await mkdtemp(join(tmpdir(), 'verify-bench-cache-'));
	const forget = (): Promise<void> => rm(cache, { recursive: true, force: true });
	const beside = await measureMdast(prompts.folder, count, few);
	const rows: Row[] = [];
	// One command after the other: what one of them remembers shall not be swept away for the next.
	for (const command of ['lint', 'gate']) {
		for (const isKnown of [false, true]) {
			const program: Program = {
				name: `verify ${command}`,
				// That no gate is met is what comes out, and nothing that went wrong.
				argv: ['sh', '-c', `"${process.execPath}" "${VERIFY}" ${command} '*.md' || [ $? -eq 7 ]`],
				cwd: prompts.folder,
				env: { XDG_CACHE_HOME: cache, CI: '', NODE_OPTIONS: `--require ${resolve('bench/report-peak.cjs')}` },
				...(!isKnown && { prepare: forget }),
			};
			const [ours] = await measure([program], few);
			if (!ours) continue;
			const work = `${command} of ${count.toLocaleString('en')} prompts of 8 kB, ${isKnown ? 'all known' : 'nothing known'}`;
			const mostMs = ((isKnown ? WARM_MS : COLD_MS) * count) / ALL;
			rows.push({ work, ours, beside, goal: msAtMost(mostMs) });
			if (!isKnown)
				rows.push({ work: `${work}, memory`, ours, beside: null, goal: isFull ? peakBelow(MOST_MIB) : null });
		}
	}
	await Promise.all([prompts.remove(), forget()]);
	return rows;
}

async function measureMdast(folder: string, count: number, runs: number): Promise<Figures | null> {
	const parts = Math.max(1, Math.floor(count / SHARE));
	const argv = [process.execPath, resolve('bench/baselines/parse-trees.mjs'), folder, String(parts)];
	const [mdast] = await measure([{ name: `mdast alone (of ${parts}, times ${SHARE})`, argv }], runs);
	if (!mdast) return null;
	const { minMs, medianMs, maxMs } = mdast;
	return { ...mdast, minMs: minMs * SHARE, medianMs: medianMs * SHARE, maxMs: maxMs * SHARE };
}
