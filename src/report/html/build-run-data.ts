import type { Attempt, PromptResult, StepResult } from '../../core/events.ts';
import { sumSteps } from '../../core/sum-steps.ts';
import { formatMarkdown } from '../ci/format-markdown.ts';
import type { RunRecord } from '../run-record.ts';
import { fingerprint } from './fingerprint.ts';
import { inertText, makeInert } from './make-inert.ts';
import type {
	AttemptDetail,
	CarriedOutput,
	HistoryPoint,
	KnownRun,
	PromptDetail,
	PromptRow,
	RunData,
	StepDetail,
	StepRow,
	Trace,
} from './report-data.ts';
import { shareOut } from './share-out.ts';
import { type RunSummary, toPoint } from './summarize-run.ts';
import { tellFailure } from './tell-failure.ts';

/** What the page may show beside the record, as far as it is at hand. */
export interface RunExtras {
	/** Kept output by the path that the record gives for it. */
	readonly outputs?: ReadonlyMap<string, string>;
	/** Markdown of the prompts by file. */
	readonly sources?: ReadonlyMap<string, string>;
	/** By execution id. */
	readonly traces?: ReadonlyMap<string, Trace>;
	/** Of earlier runs, in any order; this run and later ones among them are passed over. */
	readonly summaries?: readonly RunSummary[];
	/** Heads of the ledgers by file. */
	readonly ledgerHeads?: ReadonlyMap<string, string>;
	/** SHA-256 of `run.json`. */
	readonly recordSha256?: string;
}

/** A report before it is packed. */
export interface RunPages {
	/** Chunks have no digests yet. */
	readonly data: RunData;
	/** By number of chunk. */
	readonly chunks: readonly (readonly PromptDetail[])[];
}

// Characters of output and markdown that a report carries; compressed and in base64 they stay well below 1 MB.
const OUTPUT_BUDGET = 2_500_000;
const LEAST_OUTPUT = 400;
const MOST_OUTPUT = 1_000_000;
const SOURCE_BUDGET = 1_500_000;
const MOST_SOURCE = 300_000;
const CHUNK_CHARS = 150_000;
const MOST_HISTORY = 30;
const MOST_MARKDOWN_BYTES = 30_000;

/** Builds what a report is drawn from; every foreign text in it is inert, but for outputs and markdown, which are made so line by line. */
export function buildRunData(record: RunRecord, extras: RunExtras = {}): RunPages {
	const carried = carryOutputs(record, extras.outputs ?? new Map());
	const sources = carrySources(record, extras.sources ?? new Map());
	const details = record.prompts.map((prompt, index) =>
		toDetail(prompt, sources[index] ?? null, carried, extras.traces ?? new Map()),
	);
	const chunks = fillChunks(details);
	const chunkOf = new Map(chunks.flatMap((chunk, number) => chunk.map((detail) => [detail, number] as const)));
	const histories = toHistories(record, extras.summaries ?? []);
	const rows = record.prompts.map((prompt, index) => {
		const detail = details[index];
		return {
			...toRow(prompt, histories.points.get(prompt.file) ?? []),
			chunk: (detail && chunkOf.get(detail)) ?? 0,
			digest: prompt.digests?.left ?? null,
			ledgerHead: extras.ledgerHeads?.get(prompt.file) ?? null,
		};
	});
	const { run, tool, startedAt, finishedAt, executor, jobs, evidenceNeeded, transcript } = record;
	const { verdict, exitCode, warnings } = record;
	const data = makeInert<RunData>({
		kind: 'run',
		schemaVersion: 1,
		...{ run, tool, startedAt, finishedAt, executor, jobs, evidenceNeeded, transcript, verdict, exitCode, warnings },
		markdown: formatMarkdown(record, { mostBytes: MOST_MARKDOWN_BYTES }),
		commit: record.commit ?? null,
		totals: record.totals ?? sumSteps(record.prompts),
		prompts: rows,
		runs: histories.runs,
		seen: countSeen(rows, histories.earlier),
		recordSha256: extras.recordSha256 ?? '',
		chunkSha256: [],
	});
	return { data, chunks };
}

function toRow(
	prompt: PromptResult,
	history: readonly HistoryPoint[],
): Omit<PromptRow, 'chunk' | 'digest' | 'ledgerHead'> {
	const { file, title, outcome, durationMs, counts, warnings } = prompt;
	return { file, title, outcome, durationMs, counts, warnings, steps: prompt.steps.map(toStepRow), history };
}

function toStepRow(step: StepResult): StepRow {
	const { number, name, line, outcome, reason, durationMs } = step;
	const message = tellFailure(step);
	return {
		number,
		name,
		line,
		outcome,
		reason,
		durationMs,
		message,
		evidence: step.attempts.at(-1)?.evidence ?? null,
		attempts: step.attempts.length,
		group: message === null ? null : fingerprint(reason, message),
	};
}

function toDetail(
	prompt: PromptResult,
	source: string | null,
	outputs: ReadonlyMap<Attempt, CarriedOutput>,
	traces: ReadonlyMap<string, Trace>,
): PromptDetail {
	const toAttempt = (attempt: Attempt): AttemptDetail => ({
		...makeInert({ trace: traces.get(attempt.executionId) ?? null, ...attempt, output: null }),
		output: outputs.get(attempt) ?? { parts: [], isWhole: false, ...attempt.output },
	});
	const steps = prompt.steps.map((step): StepDetail => {
		const { number, command, detail, checkedBy, evidenceNeeded } = step;
		return {
			attempts: step.attempts.map(toAttempt),
			...makeInert({ number, command, detail, checkedBy, evidenceNeeded }),
		};
	});
	return { file: inertText(prompt.file), source, steps };
}

/** Gives each output its share of what the page can carry, so that one long output takes nothing from a thousand short ones. */
function carryOutputs(record: RunRecord, files: ReadonlyMap<string, string>): ReadonlyMap<Attempt, CarriedOutput> {
	const attempts = record.prompts.flatMap(({ steps }) => steps.flatMap((step) => step.attempts));
	const kept = attempts.map(({ output }) => {
		const file = output.file === null ? undefined : files.get(output.file);
		return { text: file ?? output.head + output.tail, isJoined: file !== undefined || output.tail === '' };
	});
	const shares = shareOut(
		kept.map(({ text }) => Math.min(text.length, MOST_OUTPUT)),
		OUTPUT_BUDGET,
		LEAST_OUTPUT,
	);
	return new Map(attempts.map((attempt, index) => [attempt, carry(attempt, kept[index], shares[index] ?? 0)]));
}

function carry(
	{ output: { bytes, droppedBytes, sha256, head, tail, stderrLines, file } }: Attempt,
	kept: { readonly text: string; readonly isJoined: boolean } | undefined,
	share: number,
): CarriedOutput {
	const text = kept?.text ?? '';
	const isCut = share < text.length;
	const parts =
		isCut && text.length > 0
			? [text.slice(0, Math.ceil(share / 2)), text.slice(text.length - Math.floor(share / 2))]
			: kept?.isJoined === false
				? [head, tail]
				: [text];
	// A byte is at least a third of a UTF-16 code unit: what is shorter can't be everything.
	const isWhole = parts.length === 1 && droppedBytes === 0 && text.length <= bytes;
	return { bytes, droppedBytes, sha256, stderrLines, file, parts: parts.filter((part) => part !== ''), isWhole };
}

function carrySources(record: RunRecord, sources: ReadonlyMap<string, string>): readonly (string | null)[] {
	const texts = record.prompts.map(({ file }) => sources.get(file) ?? null);
	const shares = shareOut(
		texts.map((text) => text?.length ?? 0),
		SOURCE_BUDGET,
	);
	// Half a prompt would show results beside the wrong steps: all of it, or none.
	return texts.map((text, index) =>
		text !== null && text.length <= Math.min(shares[index] ?? 0, MOST_SOURCE) ? text : null,
	);
}

function fillChunks(details: readonly PromptDetail[]): readonly (readonly PromptDetail[])[] {
	const chunks: PromptDetail[][] = [];
	let room = 0;
	for (const detail of details) {
		if (room <= 0) {
			chunks.push([]);
			room = CHUNK_CHARS;
		}
		chunks.at(-1)?.push(detail);
		room -= sizeOf(detail);
	}
	return chunks;
}

const sizeOf = ({ source, steps }: PromptDetail): number =>
	steps.reduce(
		(sum, { command, attempts }) =>
			sum +
			command.length +
			attempts.reduce((size, { output }) => size + 800 + output.parts.reduce((all, part) => all + part.length, 0), 0),
		source?.length ?? 0,
	);

/** Gives the newest earlier runs, and this one, to every prompt that took part in them. */
function toHistories(record: RunRecord, summaries: readonly RunSummary[]) {
	const earlier = summaries
		.filter((summary) => summary.run < record.run)
		.toSorted((a, b) => (a.run < b.run ? -1 : 1))
		.slice(1 - MOST_HISTORY);
	const points = new Map<string, HistoryPoint[]>(record.prompts.map(({ file }) => [file, []]));
	for (const [index, summary] of earlier.entries()) {
		for (const { file, outcome, durationMs, passed, scored } of summary.prompts) {
			points.get(file)?.push({ run: index, outcome, durationMs, passed, scored });
		}
	}
	for (const prompt of record.prompts) points.get(prompt.file)?.push({ run: earlier.length, ...toPoint(prompt) });
	const runs = [...earlier, record].map((known): KnownRun => ({ run: known.run, startedAt: known.startedAt }));
	return { points, runs, earlier };
}

/** Looks the failures of this run up among those of earlier ones. */
function countSeen(rows: readonly Pick<PromptRow, 'steps'>[], earlier: readonly RunSummary[]): RunData['seen'] {
	const groups = new Set(rows.flatMap(({ steps }) => steps.flatMap(({ group }) => group ?? [])));
	const seen = new Map<string, { readonly times: number; readonly since: string }>();
	for (const { startedAt, prompts } of earlier) {
		const failed = new Set(prompts.flatMap(({ failures }) => failures.map(({ group }) => group)));
		for (const group of failed) {
			const known = seen.get(group);
			if (groups.has(group)) seen.set(group, { times: (known?.times ?? 0) + 1, since: known?.since ?? startedAt });
		}
	}
	return Object.fromEntries(seen);
}
