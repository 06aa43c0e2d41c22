import { resolve } from 'node:path';
import { makePrompts, promptOfSteps } from '../make-prompts.ts';
import { type Figures, measure } from '../measure.ts';
import { type Extent, type Row, ratioAtMost } from '../rows.ts';
import { startVerifyServe } from '../start-server.ts';
import { VERIFY } from '../verify-program.ts';

const COMMAND = 'echo ok';
const EXPECTED = 'ok';

/** Figures of one number of steps. */
interface Measured {
	readonly count: number;
	readonly loop: Figures;
	readonly embedded: Figures;
	readonly remote: Figures;
}

/** Times prompts of many short steps, embedded and on a running server, proof and counts included, beside a bare loop of spawns. */
export async function measureSteps({ runs, isFull }: Extent): Promise<readonly Row[]> {
	const server = await startVerifyServe();
	const measured: Measured[] = [];
	for (const count of [10, 100, 1000, isFull ? 10_000 : 3000])
		measured.push(await measureCount(count, server.url, runs));
	await server.close();
	const rows = measured.flatMap(({ count, loop, embedded, remote }): Row[] => {
		const isJudged = count === 1000;
		const work = `${count.toLocaleString('en')} steps of \`${COMMAND}\``;
		return [
			{ work, ours: embedded, beside: loop, goal: isJudged ? ratioAtMost(0.7) : null },
			{ work: `${work}, --executor`, ours: remote, beside: loop, goal: isJudged ? ratioAtMost(1.1) : null },
		];
	});
	return [...rows, ...growth(measured)];
}

/** What one more step costs in a long prompt, beside one in a shorter prompt: 1 is linear. */
function growth(measured: readonly Measured[]): readonly Row[] {
	const [few, , many, most] = measured;
	if (!few || !many || !most) return [];
	const between = (from: Measured, to: Measured): Figures => {
		const [a, b] = [from.embedded.medianMs, to.embedded.medianMs];
		const stepMs = (b - a) / (to.count - from.count);
		return {
			name: `a step from ${from.count} to ${to.count}`,
			minMs: stepMs,
			medianMs: stepMs,
			maxMs: stepMs,
			peakMiB: null,
		};
	};
	const [ours, beside] = [between(many, most), between(few, many)];
	return [{ work: `one of them: ${ours.name}`, ours, beside, goal: ratioAtMost(1.2) }];
}

async function measureCount(count: number, url: string, runs: number): Promise<Measured> {
	const prompts = await makePrompts(1, () => promptOfSteps(count, COMMAND, EXPECTED));
	const node = process.execPath;
	const [file = ''] = prompts.files;
	const ours = { cwd: prompts.folder, prepare: prompts.reset };
	const [loop, embedded, remote] = await measure(
		[
			{
				name: 'bare spawn loop',
				argv: [node, resolve('bench/baselines/spawn-loop.mjs'), String(count), COMMAND, EXPECTED],
			},
			{ name: 'verify', argv: [node, VERIFY, file], ...ours },
			{ name: 'verify --executor', argv: [node, VERIFY, file, '--executor', url], ...ours },
		],
		count > 1000 ? 1 : runs,
		count > 1000 ? 0 : 1,
	);
	await prompts.remove();
	if (!loop || !embedded || !remote) throw new Error('Nothing was measured');
	return { count, loop, embedded, remote };
}
