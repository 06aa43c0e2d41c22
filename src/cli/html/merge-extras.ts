import { posix } from 'node:path';
import type { RunExtras } from '../../report/html/build-run-data.ts';
import type { RunRecord } from '../../report/run-record.ts';

/** A record with what was found beside it. */
export interface ReportPart {
	readonly record: RunRecord;
	readonly extras: RunExtras;
}

/**
 * Names the kept outputs of a record by where they stand as seen from the report.
 *
 * @param place - Folder of the run, relative to that of the report; empty: the same.
 */
export function placeFiles(record: RunRecord, extras: RunExtras, place: string): ReportPart {
	if (place === '') return { record, extras };
	const move = (file: string): string => posix.join(place, file);
	const prompts = record.prompts.map((prompt) => ({
		...prompt,
		steps: prompt.steps.map((step) => ({
			...step,
			attempts: step.attempts.map((attempt) => {
				const { output } = attempt;
				return { ...attempt, output: { ...output, file: output.file === null ? null : move(output.file) } };
			}),
		})),
	}));
	const outputs = new Map([...(extras.outputs ?? [])].map(([file, text]) => [move(file), text]));
	return { record: { ...record, prompts }, extras: { ...extras, outputs } };
}

/** Joins what was found beside several records, the same in any order: of what stands in two of them the later run's is taken. */
export function mergeExtras(parts: readonly ReportPart[]): RunExtras {
	const inOrder = parts.toSorted((a, b) => (a.record.run < b.record.run ? -1 : 1)).map(({ extras }) => extras);
	return {
		outputs: new Map(inOrder.flatMap(({ outputs }) => [...(outputs ?? [])])),
		sources: new Map(inOrder.flatMap(({ sources }) => [...(sources ?? [])])),
		traces: new Map(inOrder.flatMap(({ traces }) => [...(traces ?? [])])),
		ledgerHeads: new Map(inOrder.flatMap(({ ledgerHeads }) => [...(ledgerHeads ?? [])])),
	};
}
