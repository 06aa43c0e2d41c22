import type { Hashes } from '../core/ports.ts';
import { type PlannedPrompt, planPrompt } from '../run/plan-prompt.ts';
import type { PlanSettings } from '../run/settings.ts';
import { shuffle } from '../run/shard-prompts.ts';
import { annotateProblems, type FoundProblem, formatProblem } from './ci/annotate-problems.ts';
import { detectCi } from './ci/ci-service.ts';
import type { Host } from './create-host.ts';
import type { Invocation, Io } from './io.ts';
import { loadDocuments, type PromptDocument } from './load-documents.ts';
import { reportErrors } from './report-errors.ts';

/** What of a command line can be run, or why nothing can. */
export type RunPlan =
	/** With all their steps. */
	| { readonly prompts: readonly PlannedPrompt[] }
	/** What is wrong was told; the exit code. */
	| { readonly refusal: number };

/**
 * Reads and plans the prompts of a command line, and tells what is wrong with them. One that can not be used keeps all from running.
 *
 * @param settings - `steps` must be `null`: what is selected is decided later.
 */
export async function planRun(
	{ args, options, io }: Invocation,
	{ host, settings }: { readonly host: Host; readonly settings: PlanSettings },
): Promise<RunPlan> {
	const { documents: named, errors } = await loadDocuments(args, host.files);
	const documents = await onceEach(named, { host, io });
	const prompts = documents.map((document) => planPrompt(document, settings));
	const invalid = prompts.flatMap(blockingProblems);
	for (const problem of invalid) io.err(formatProblem(problem));
	if (detectCi(options.ci, io.env) === 'github') annotateProblems(invalid, io, true);
	const refusal = reportErrors(errors, io) || (invalid.length > 0 ? 2 : 0);
	if (refusal !== 0) {
		io.err(`verify: invalid (exit code ${refusal}), nothing ran`);
		return { refusal };
	}
	for (const { file, steps } of prompts) if (steps.length === 0) io.err(`verify: ${file} has no steps`);
	return { prompts };
}

/** Runs side by side on one prompt would be taken for attempts at its steps. */
async function onceEach(
	documents: readonly PromptDocument[],
	{ host, io }: { readonly host: Host; readonly io: Io },
): Promise<readonly PromptDocument[]> {
	const first = new Map<string, PromptDocument>();
	for (const document of documents) {
		const path = await host.journals.resolve(document.file);
		const twin = first.get(path);
		if (twin === undefined) first.set(path, document);
		else io.err(`verify: ${document.file} is ${twin.file} by another name, which runs once`);
	}
	return [...first.values()];
}

/** Problems of the document as a whole: a step's own problems refuse only that step. */
const blockingProblems = ({ file, documentProblems }: PlannedPrompt): FoundProblem[] =>
	documentProblems.filter(({ severity }) => severity === 'error').map((diagnostic) => ({ file, diagnostic }));

/** Brings prompts into the order of a seed; `null`: leaves them as they are. */
export const orderPrompts = (
	prompts: readonly PlannedPrompt[],
	seed: number | null,
	hashes: Hashes,
): readonly PlannedPrompt[] => (seed === null ? prompts : shuffle(prompts, ({ file }) => file, { seed, hashes }));
