import { resolve } from 'node:path';
import { flood, floodCommand } from '../flood.ts';
import { makePrompts, promptOfSteps } from '../make-prompts.ts';
import { type Figures, measure, summarize } from '../measure.ts';
import { type Extent, peakBelow, type Row, rateAtLeast, ratioAtMost } from '../rows.ts';
import { startVerifyServe } from '../start-server.ts';
import { VERIFY } from '../verify-program.ts';

const MIB = 1024 * 1024;
const BYTES = 1024 * MIB;

/** Times 1 GiB out of one step, beside a Node that reads the pipe and counts, and over the wire of a server. */
export async function measureOutput({ runs }: Extent): Promise<readonly Row[]> {
	const command = floodCommand(BYTES);
	const prompts = await makePrompts(1, () => promptOfSteps(1, command, ''));
	const node = process.execPath;
	const few = Math.min(runs, 3);
	const [beside = null, ours] = await measure(
		[
			{ name: 'raw Node pipe', argv: [node, resolve('bench/baselines/raw-pipe.mjs'), command] },
			{
				name: 'verify',
				argv: [node, VERIFY, prompts.files[0] ?? ''],
				cwd: prompts.folder,
				prepare: prompts.reset,
			},
		],
		few,
	);
	await prompts.remove();
	if (!ours) return [];
	return [
		{ work: '1 GiB out of a step', ours, beside, goal: ratioAtMost(2) },
		{ work: '1 GiB out of a step, memory', ours, beside: null, goal: peakBelow(150) },
		...(await measureWire(few)),
	];
}

async function measureWire(runs: number): Promise<readonly Row[]> {
	const server = await startVerifyServe();
	const time = async (name: string, channel?: number): Promise<Figures> => {
		const times: number[] = [];
		for (let run = 0; run < runs; run += 1) times.push(await flood(server.url, BYTES, channel));
		return summarize(name, times, [server.peakBytes() / MIB]);
	};
	// JSON first: the peak is that of the server so far.
	const json = await time('JSON messages');
	const binary = await time('binary messages', 1);
	await server.close();
	const megabytes = BYTES / 1e6;
	return [
		{ work: '1 GiB as JSON messages', ours: json, beside: null, goal: rateAtLeast(200, megabytes) },
		{ work: '1 GiB as JSON messages, memory', ours: json, beside: null, goal: peakBelow(150) },
		{ work: '1 GiB as binary messages', ours: binary, beside: null, goal: rateAtLeast(200, megabytes) },
	];
}
