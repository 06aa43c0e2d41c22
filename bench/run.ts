import { readFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makePrompts, promptOfSteps } from './make-prompts.ts';
import { measure, type Program } from './measure.ts';
import { measureWriteBack } from './measure-write-back.ts';
import { printComparison } from './print-figures.ts';
import { measureReading } from './read-prompts.ts';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		runs: { type: 'string', default: '5' },
		/** All 10,000 prompts of write-back and reading, not 1,000 of them. */
		full: { type: 'boolean', default: false },
	},
});
const runs = Number(values.runs);
const VERIFY = resolve('dist/verify.js');
const node = process.execPath;

const SUITES: Readonly<Record<string, () => Promise<void>>> = {
	startup,
	steps,
	parallel,
	output,
	'write-back': writeBack,
	reading,
};
const chosen = positionals.length === 0 ? Object.keys(SUITES) : positionals;
console.log(
	`node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${runs} runs each: min, median, max, ratio of medians`,
);
for (const name of chosen) {
	const suite = SUITES[name];
	if (!suite) throw new Error(`No suite "${name}"; there are: ${Object.keys(SUITES).join(', ')}`);
	await suite();
}

async function startup(): Promise<void> {
	const prompts = await makePrompts(1, () => promptOfSteps(5, 'true', ''));
	const one = prompts.files[0] ?? '';
	const programs: Program[] = [
		{ name: 'node -e 0', argv: [node, '-e', '0'] },
		{ name: 'verify --help', argv: [node, VERIFY, '--help'] },
		{ name: 'verify show, one prompt', argv: [node, VERIFY, 'show', one], cwd: prompts.folder },
		{ name: 'verify, one prompt of 5 x true', argv: [node, VERIFY, one, '--no-write'], cwd: prompts.folder },
	];
	printComparison({ title: 'Startup', figures: await measure(programs, runs) });
	await prompts.remove();
}

async function steps(): Promise<void> {
	for (const [command, expected] of [
		['true', ''],
		['echo ok', 'ok'],
	] as const) {
		for (const count of [1, 10, 100, 1000]) {
			const prompts = await makePrompts(1, () => promptOfSteps(count, command, expected));
			const loop = [node, resolve('bench/baselines/spawn-loop.mjs'), String(count), command, expected];
			const ours = [node, VERIFY, prompts.files[0] ?? ''];
			const figures = await measure(
				[
					{ name: 'bare spawn loop', argv: loop },
					{ name: 'verify, proof and counts included', argv: ours, cwd: prompts.folder, prepare: prompts.reset },
				],
				count === 1000 ? Math.min(runs, 3) : runs,
			);
			printComparison({
				title: `${count} steps of \`${command}\``,
				figures,
				...(count === 1000 ? { goal: '<= 1.3' } : {}),
			});
			await prompts.remove();
		}
	}
}

async function parallel(): Promise<void> {
	const prompts = await makePrompts(100, () => promptOfSteps(1, 'sleep 0.1', ''));
	const xargs = ['sh', '-c', `seq 100 | xargs -P 32 -n 1 sh -c 'sleep 0.1'`];
	const figures = await measure(
		[
			{ name: 'xargs -P 32', argv: xargs },
			{
				name: 'verify --jobs 32',
				argv: [node, VERIFY, ...prompts.files, '--jobs', '32'],
				cwd: prompts.folder,
				prepare: prompts.reset,
			},
		],
		runs,
	);
	printComparison({ title: '100 prompts of one `sleep 0.1`', figures, goal: '<= 1.6' });
	await prompts.remove();
}

async function output(): Promise<void> {
	const flood = 'yes 0123456789abcdef | head -c 1073741824';
	const prompts = await makePrompts(1, () => promptOfSteps(1, flood, ''));
	const figures = await measure(
		[
			{ name: 'raw Node pipe', argv: [node, resolve('bench/baselines/raw-pipe.mjs'), flood] },
			{ name: 'verify', argv: [node, VERIFY, prompts.files[0] ?? ''], cwd: prompts.folder, prepare: prompts.reset },
		],
		Math.min(runs, 3),
	);
	printComparison({ title: '1 GiB of output through a step', figures, goal: '< 150 MiB' });
	await prompts.remove();
}

async function writeBack(): Promise<void> {
	const count = values.full ? 10_000 : 1000;
	const text = await readFile('templates/self-improving.md', 'utf8');
	printComparison({
		title: `${count} prompts of ${(text.length / 1000).toFixed(1)} kB, in one process`,
		figures: await measureWriteBack(count, text),
	});
}

async function reading(): Promise<void> {
	const count = values.full ? 10_000 : 1000;
	printComparison({
		title: `${count} prompts of 8 kB read`,
		figures: await measureReading(count, Math.min(runs, 3)),
		...(values.full && { goal: '8 s, all known 2 s, < 300 MiB' }),
	});
}
