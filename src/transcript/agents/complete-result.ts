import { readFile, stat } from 'node:fs/promises';
import type { FoundFile } from '../../core/ports.ts';
import { hitLines } from '../hit-lines.ts';
import type { AgentHit, CallSite } from '../hit-reader.ts';
import { createHitReader, isAgentHit } from '../hit-reader.ts';
import { parseJson } from '../json.ts';
import { linesBefore } from '../lines-before.ts';
import type { ShellResult } from './agent-format.ts';

const LARGEST_BYTES = 64 << 20;

/** What a shell call of an agent printed, brought together from wherever the agent keeps it. */
export interface CompleteResult {
	readonly site: CallSite;
	readonly status: ShellResult['status'];
	readonly exitCode: number | null;
	readonly output: string;
	readonly isWhole: boolean;
	/** Milliseconds since the Unix epoch; `null` where it is not known. */
	readonly endedAtMs: number | null;
	/** Line that tells its end: the result, or for a command in the background what was written later. */
	readonly line: number;
	/** Line of the result that bears the call's own id. */
	readonly resultLine: number;
	/** The file with the output, where it is not in the transcript. */
	readonly outputFile: string | null;
}

/** A result in its transcript. */
export interface PlacedResult {
	readonly file: FoundFile;
	readonly line: number;
	readonly offset: number;
	readonly hit: AgentHit;
}

/**
 * Completes a result of an agent's shell: output that was saved to a file is read from there, a command in the background is followed to
 * its end.
 *
 * @returns `null` for what is no result of a shell call.
 */
export async function completeResult(placed: PlacedResult): Promise<CompleteResult | null> {
	const { hit, line } = placed;
	const { shell, record } = hit;
	if (shell === null || !hit.isResult) return null;
	const isTask = shell.task !== null && shell.status !== 'started';
	const start = isTask ? await findStart(placed, shell.task) : { site: hit.site, line };
	const site = start?.site ?? null;
	if (start === null || site === null || site.call.command === null) return null;
	const { status, exitCode, output, isWhole } = shell;
	const told = {
		site,
		status,
		exitCode,
		output,
		isWhole,
		endedAtMs: record.atMs,
		line,
		resultLine: start.line,
		outputFile: null,
	};
	if (status === 'started') return completeTask(placed, site);
	if (isWhole) return told;
	const saved = await readSaved(placed);
	return saved === null ? told : { ...told, output: saved.text, isWhole: true, outputFile: saved.path };
}

async function readSaved({ hit, file }: PlacedResult): Promise<{ path: string; text: string } | null> {
	if (hit.shell === null) return null;
	for (const path of hit.format.outputFiles(hit.shell, file.path, hit.record.session ?? '')) {
		try {
			if ((await stat(path)).size <= LARGEST_BYTES) return { path, text: await readFile(path, 'utf8') };
		} catch {
			// It was tidied away, or the transcript was moved.
		}
	}
	return null;
}

/** The result tells only that it was started; a later line tells its end, a file has its output. */
async function completeTask(placed: PlacedResult, site: CallSite): Promise<CompleteResult> {
	const { file, line, offset, hit } = placed;
	const saved = await readSaved(placed);
	const told = { site, resultLine: line, output: saved?.text ?? '', outputFile: saved?.path ?? null };
	const from = { offset, line };
	for await (const later of hitLines(file.pathBytes, Buffer.from(site.call.id), { from })) {
		const end = hit.format.readTaskEnd(parseJson(later.bytes), site.call.id);
		if (end === null) continue;
		const status = end.exitCode === null ? 'unknown' : end.exitCode === 0 ? 'succeeded' : 'failed';
		return { ...told, status, exitCode: end.exitCode, isWhole: saved !== null, endedAtMs: end.atMs, line: later.line };
	}
	return { ...told, status: 'started', exitCode: null, isWhole: false, endedAtMs: null, line };
}

/** The result that started a task in the background, and the call that it answers. */
async function findStart(
	{ file, line, offset }: PlacedResult,
	task: string,
): Promise<{ readonly site: CallSite | null; readonly line: number } | null> {
	const read = createHitReader(file);
	for await (const earlier of linesBefore(file.pathBytes, Buffer.from(`"${task}"`), { offset, line })) {
		const { parts } = await read(earlier);
		const start = parts.find(
			(part) => isAgentHit(part) && part.shell?.status === 'started' && part.shell.task === task,
		);
		if (start !== undefined && isAgentHit(start)) return { site: start.site, line: earlier.line };
	}
	return null;
}
