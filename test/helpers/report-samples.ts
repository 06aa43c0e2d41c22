import { createHash } from 'node:crypto';
import type { Attempt, StepResult } from '../../src/core/events.ts';
import { sumSteps } from '../../src/core/sum-steps.ts';
import type { RunSummary } from '../../src/report/html/summarize-run.ts';
import { summarizeRun } from '../../src/report/html/summarize-run.ts';
import type { RunRecord } from '../../src/report/run-record.ts';
import { anAttempt, aPrompt, aStep, someCounts } from './results.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An id of a run that sorts by its number. */
export const runId = (number: number): string =>
	`01932f00-${number.toString(16).padStart(4, '0')}-7000-8000-000000000000`;

/** An attempt that printed this, whole. */
export const printed = (text: string, changes: Partial<Attempt> = {}): Attempt =>
	anAttempt({
		evidenceChecks: [
			{ name: 'marker', isOk: true, detail: 'printed once, in the output of this execution' },
			{ name: 'bracket', isOk: true, detail: 'whole: started and completed' },
			{ name: 'command digest', isOk: true, detail: 'is that of the command in the prompt' },
			{ name: 'output digest', isOk: true, detail: 'is that of the output that was judged' },
		],
		...changes,
		output: {
			bytes: Buffer.byteLength(text),
			droppedBytes: 0,
			sha256: sha256(text),
			head: text.slice(0, 4096),
			tail: text.length > 8192 ? text.slice(-4096) : text.slice(4096),
			stderrLines: 0,
			file: null,
			...changes.output,
		},
	});

/** A step that printed another line than was expected. */
export const aMismatch = (changes: Partial<StepResult> = {}): StepResult =>
	aStep({
		outcome: 'failed',
		reason: 'mismatch',
		durationMs: 4200,
		attempts: [
			printed(
				'\u001b[32mstarting\u001b[0m\n\u001b[1;31mError: listen EADDRINUSE :::3000\u001b[0m\n    at Server.setupListenHandle\n\u001b[38;5;208mretrying\u001b[0m\n',
				{
					outcome: 'failed',
					reason: 'mismatch',
					exitCode: 0,
					durationMs: 4200,
					mismatch: {
						matcher: 'lines',
						message: 'Line 2 is not what was expected',
						firstDifference: {
							expectedLine: 2,
							expected: 'listening on http://* (glob)',
							actualLine: 2,
							actual: 'Error: listen EADDRINUSE :::3000',
						},
						diff: [
							{ kind: 'same', actualLine: 1, expectedLine: 1, text: 'starting' },
							{ kind: 'missing', actualLine: null, expectedLine: 2, text: 'listening on http://* (glob)' },
							{ kind: 'surplus', actualLine: 2, expectedLine: null, text: 'Error: listen EADDRINUSE :::3000' },
							{ kind: 'surplus', actualLine: 3, expectedLine: null, text: '    at Server.setupListenHandle' },
							{ kind: 'surplus', actualLine: 4, expectedLine: null, text: 'retrying' },
						],
						hints: ['The output matches after line 1'],
					},
				},
			),
		],
		...changes,
	});

/** A finished record of these prompts. */
export const aRecord = (changes: Partial<RunRecord> = {}): RunRecord => {
	const prompts = changes.prompts ?? [aPrompt()];
	return {
		schemaVersion: 1,
		run: runId(100),
		tool: 'tenfold 0.1.0',
		startedAt: '2026-03-02T14:05:00.000Z',
		finishedAt: '2026-03-02T14:06:12.000Z',
		executor: { kind: 'embedded', url: null, version: '0.1.0' },
		evidenceNeeded: 'bound',
		transcript: 'transcripts/2026-03-02/run.jsonl',
		jobs: 4,
		verdict: 'failed',
		exitCode: 1,
		totals: sumSteps(prompts, 72_000),
		prompts,
		warnings: [],
		commit: 'd670460b4b4aece5915caf5c68d12f560a9fe3e4',
		...changes,
	};
};

/** A run of many steps with output, some of which fail. */
export function manySteps(steps: number): RunRecord {
	const perPrompt = 20;
	const prompts = Array.from({ length: Math.ceil(steps / perPrompt) }, (_, index) => {
		const file = `prompts/area-${index % 7}/prompt-${index}.md`;
		const size = Math.min(perPrompt, steps - index * perPrompt);
		return aPrompt({
			file,
			title: `Prompt number ${index}`,
			outcome: index % 5 === 0 ? 'failed' : 'passed',
			steps: Array.from({ length: size }, (_, position) => {
				const facts = { file, number: position + 1, name: `check part ${position + 1}`, line: 20 + position * 9 };
				if (index % 5 === 0 && position === 7) return aMismatch(facts);
				const output = `building part ${position} of ${index}\n${'compiled module without a word of complaint\n'.repeat(12)}done in ${index * 7 + position} ms\n`;
				return aStep({
					...facts,
					command: `make part-${position} && ./check --part ${position} --of ${index}`,
					durationMs: 30 + ((index * 31 + position * 17) % 900),
					attempts: [
						printed(output, {
							executionId: `0199-${index}-${position}`,
							marker: `MARKER_check_${index}_${sha256(file + position).slice(0, 26)}`,
						}),
					],
				});
			}),
		});
	});
	return aRecord({ prompts });
}

/** Summaries of so many runs of the same prompts before, some of them failed. */
export const someHistory = (record: RunRecord, runs: number): readonly RunSummary[] =>
	Array.from({ length: runs }, (_, index) => {
		const prompts = record.prompts.map((prompt, position) => ({
			...prompt,
			durationMs: prompt.durationMs * (0.7 + ((index * 7 + position * 3) % 10) / 12),
			outcome: (index + position) % 9 === 0 ? ('failed' as const) : ('passed' as const),
			steps: prompt.steps.map((step, place) =>
				(index + position) % 9 === 0 && place === 0
					? { ...step, outcome: 'failed' as const }
					: { ...step, outcome: 'passed' as const },
			),
			counts: someCounts(),
		}));
		const startedAt = new Date(Date.parse('2026-02-01T09:00:00Z') + index * 86_400_000).toISOString();
		return summarizeRun({ ...record, run: runId(index + 1), startedAt, prompts, verdict: 'passed' });
	});
