import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makePrompts } from './make-prompts.ts';
import { type Figures, measure, type Program } from './measure.ts';
import { typicalPrompt } from './typical-prompt.ts';

/** mdast over all of them would take minutes: it reads this share, and its time is multiplied. */
const SHARE = 20;

/**
 * Times `lint` and `gate` over typical prompts, with nothing remembered of them and with all, against mdast alone.
 *
 * @returns The baseline first.
 */
export async function measureReading(count: number, runs: number): Promise<readonly Figures[]> {
	const prompts = await makePrompts(count, typicalPrompt);
	const cache = await mkdtemp(join(tmpdir(), 'verify-bench-cache-'));
	const forget = (): Promise<void> => rm(cache, { recursive: true, force: true });
	const verify = (command: string, isKnown: boolean): Program => ({
		name: `verify ${command}, ${isKnown ? 'all known' : 'nothing known'}`,
		// That no gate is met is what comes out, and nothing that went wrong.
		argv: ['sh', '-c', `"${process.execPath}" "${resolve('dist/verify.js')}" ${command} '*.md' || [ $? -eq 7 ]`],
		cwd: prompts.folder,
		env: { XDG_CACHE_HOME: cache, CI: '', NODE_OPTIONS: `--require ${resolve('bench/report-peak.cjs')}` },
		...(!isKnown && { prepare: forget }),
	});
	const baseline = resolve('bench/baselines/parse-trees.mjs');
	const parts = Math.max(1, Math.floor(count / SHARE));
	const [mdast] = await measure(
		[
			{
				name: `mdast alone (of ${parts}, times ${SHARE})`,
				argv: [process.execPath, baseline, prompts.folder, String(parts)],
			},
		],
		runs,
	);
	// One command after the other: what one of them remembers shall not be swept away for the next.
	const ours: Figures[] = [];
	for (const command of ['lint', 'gate']) {
		for (const isKnown of [false, true]) ours.push(...(await measure([verify(command, isKnown)], runs)));
	}
	await Promise.all([prompts.remove(), forget()]);
	const scaled = mdast && {
		...mdast,
		minMs: mdast.minMs * SHARE,
		medianMs: mdast.medianMs * SHARE,
		maxMs: mdast.maxMs * SHARE,
	};
	return [...(scaled ? [scaled] : []), ...ours];
}
