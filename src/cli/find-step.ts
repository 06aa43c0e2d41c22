import { dirname, resolve } from 'node:path';
import { AppError, isAppError } from '../core/errors.ts';
import type { PromptResult, StepResult } from '../core/events.ts';
import type { Files, Hashes } from '../core/ports.ts';
import { listRuns, pickRun } from './find-run.ts';
import { readRunRecord, type StoredRun } from './read-run-record.ts';

/** A step of a run, and where its record stands. */
export interface FoundStep {
	readonly stored: StoredRun;
	/** Folder of the run's reports. */
	readonly folder: string;
	readonly prompt: PromptResult;
	readonly step: StepResult;
	/** Of the step's content as it ran, 64 hex digits; `null` in records of older versions. */
	readonly digest: string | null;
}

type Host = { readonly files: Files; readonly hashes: Hashes };

/** Runs that are looked through for the newest failure, or the newest run of a prompt. */
const MOST_RUNS = 200;

/**
 * Finds a step that ran.
 *
 * @param target - `<run>:<step>`, `<prompt>:<step>`, `<run>:<prompt>:<step>`; without `:<step>` the first step there that did not pass. A run
 *   may be named by the beginning of its id, or `latest`. `null`: the newest failure of all runs.
 * @throws {AppError} `FILE_MISSING`: there is no such run, or no run of the prompt. `NOTHING_SELECTED`: no such step, or nothing failed.
 *   `USAGE`: several are meant.
 */
export async function findStep(target: string | null, reports: string, host: Host): Promise<FoundStep> {
	const [, rest = '', digits] = /^(.*?)(?::(\d+))?$/s.exec(target ?? '') ?? [];
	const number = digits === undefined ? null : Number(digits);
	const runs = await listRuns(reports);
	const colon = rest.indexOf(':');
	const name = colon < 0 ? rest : rest.slice(0, colon);
	const named = name === 'latest' ? (runs[0] ?? null) : pickRun(name, runs);
	const file = named === null ? rest : colon < 0 ? '' : rest.slice(colon + 1);
	const candidates = named === null ? runs.slice(0, MOST_RUNS) : [named];
	for (const run of candidates) {
		const stored = await read(run, reports, host, named !== null);
		const found = stored && choose(stored, { file, number, isOnly: named !== null });
		if (found) return found;
	}
	throw nothingFound({ target, rest, number, reports, runs: runs.length });
}

/**
 * Finds what failed in the newest run of a prompt.
 *
 * @returns Targets for {@link findStep}, in order; empty when all passed.
 * @throws {AppError} `NOTHING_SELECTED`: it never ran.
 */
export async function listFailures(file: string, reports: string, host: Host): Promise<readonly string[]> {
	const runs = await listRuns(reports);
	for (const run of runs) {
		const stored = await read(run, reports, host, false);
		const prompt = stored?.record.prompts.find((candidate) => resolve(candidate.file) === resolve(file));
		if (prompt) return prompt.steps.filter(isFailure).map(({ number }) => `${run}:${prompt.file}:${number}`);
	}
	throw nothingFound({ target: file, rest: file, number: null, reports, runs: runs.length });
}

/** @returns `null`: a run that goes on right now, or a torn record, is none to look into unless it was named. */
async function read(run: string, reports: string, host: Host, isNamed: boolean): Promise<StoredRun | null> {
	try {
		return await readRunRecord(run, reports, host);
	} catch (error) {
		if (isNamed || !isAppError(error)) throw error;
		return null;
	}
}

interface Choice {
	/** Empty: any prompt. */
	readonly file: string;
	/** `null`: the first that did not pass. */
	readonly number: number | null;
	/** No other run is looked into. */
	readonly isOnly: boolean;
}

function choose(stored: StoredRun, { file, number, isOnly }: Choice): FoundStep | null {
	const prompts = stored.record.prompts.filter((prompt) => file === '' || resolve(prompt.file) === resolve(file));
	const steps = prompts.flatMap((prompt) =>
		prompt.steps.map((step, index) => ({
			stored,
			folder: dirname(stored.path),
			prompt,
			step,
			digest: prompt.digests?.steps[index] ?? null,
		})),
	);
	if (number === null) return steps.find(({ step }) => isFailure(step)) ?? null;
	const [only, second] = steps.filter(({ step }) => step.number === number);
	if (only && second && isOnly) {
		const { run } = stored.record;
		throw new AppError(
			'USAGE',
			`Cannot tell which step is meant: several prompts of run ${run} have a step ${number}`,
			{
				advice: `Name the prompt too: ${run}:${only.prompt.file}:${number}`,
			},
		);
	}
	return only ?? null;
}

/** Tells steps that somebody has to look at. */
const isFailure = ({ outcome }: StepResult): boolean => outcome !== 'passed' && outcome !== 'skipped';

function nothingFound(asked: {
	readonly target: string | null;
	readonly rest: string;
	readonly number: number | null;
	readonly reports: string;
	readonly runs: number;
}): AppError {
	const { target, rest, number, reports, runs } = asked;
	const advice = 'Name a step as <run>:<step> or <prompt>:<step>, or the folder with --reports <folder>';
	if (runs === 0) {
		return new AppError('FILE_MISSING', `Cannot look at a step: there are no runs in ${reports}`, {
			advice: 'Run prompts first: verify prompts/*.md; or name the folder with --reports <folder>',
		});
	}
	if (target === null) {
		return new AppError(
			'NOTHING_SELECTED',
			runs === 1
				? `Nothing failed in the only run of ${reports}`
				: `Nothing failed in the newest ${Math.min(runs, MOST_RUNS)} runs of ${reports}`,
			{
				advice,
			},
		);
	}
	const what = number === null ? `step of ${rest} that did not pass` : `step ${number} of ${rest}`;
	return new AppError('NOTHING_SELECTED', `Cannot find a ${what} in the runs of ${reports}`, { advice });
}
