import { formatCanonicalJson } from '../core/canonical-json.ts';
import { compileExpectation } from '../expect/compile-expectation.ts';
import { judge } from '../expect/judge.ts';
import { rewriteExpectation } from '../expect/rewrite-expectation.ts';
import type { Observed } from '../expect/verdict.ts';
import type { EscapeLevel } from '../expect/write-literal.ts';
import { parsePrompt } from '../prompt/parse-prompt.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { replaceExpectation } from '../prompt/replace-expectation.ts';
import { stepContent } from '../prompt/step-digest.ts';

/** What accepting an output comes to. */
export type Acceptance =
	| {
			readonly kind: 'changed';
			/** The whole document. */
			readonly source: string;
			/** Canonical content of the step before and after; their digests carry its credit. */
			readonly contentBefore: string;
			readonly contentAfter: string;
	  }
	/** It matches as it stands. */
	| { readonly kind: 'matches' }
	/** One phrase: why it can't be accepted. */
	| { readonly kind: 'refused'; readonly why: string };

/** From the text that reads best to the one that is safe in every fence. */
const LEVELS: readonly EscapeLevel[] = ['needed', 'invisible', 'brackets'];

/**
 * Makes what a step printed its expectation: the result is proven to match, and to change nothing else of the prompt.
 *
 * @param source - The document.
 * @param number - Of the step, from 1.
 * @param observed - What it printed, whole.
 */
export async function acceptOutput(source: string, number: number, observed: Observed): Promise<Acceptance> {
	const prompt = parsePrompt(source);
	const step = prompt.steps.find((candidate) => candidate.number === number);
	if (!step) return refuse('there is no such step any more');
	const verdict = await judge(compileExpectation(step.expectation), observed);
	if (verdict.isMatch) return { kind: 'matches' };
	if (verdict.reason === 'exit-code')
		return refuse(`${verdict.mismatch?.message ?? 'its exit code is wrong'}: only output is accepted`);
	for (const level of LEVELS) {
		const rewritten = rewriteExpectation(step.expectation, observed.output, level);
		if ('refusal' in rewritten) return refuse(rewritten.refusal);
		const part = step.expectation.parts[rewritten.part];
		const changed = part ? replaceExpectation(source, part, rewritten.text) : null;
		if (changed === null) return refuse('its expectation stands in a block that is not closed');
		const after = parsePrompt(changed);
		if (!isSameElsewhere(prompt, after, number)) continue;
		const changedStep = after.steps.find((candidate) => candidate.number === number);
		if (!changedStep) continue;
		const proof = await judge(compileExpectation(changedStep.expectation), observed);
		if (!proof.isMatch || proof.checkedBy !== 'output') continue;
		return {
			kind: 'changed',
			source: changed,
			contentBefore: formatCanonicalJson(stepContent(prompt, step)),
			contentAfter: formatCanonicalJson(stepContent(after, changedStep)),
		};
	}
	return refuse('no expectation in this place can be written that matches its output: change it by hand');
}

const refuse = (why: string): Acceptance => ({ kind: 'refused', why });

/** The output of a step could look like a step, or like metrics. */
function isSameElsewhere(before: Prompt, after: Prompt, number: number): boolean {
	const describe = (prompt: Prompt): string =>
		JSON.stringify([
			prompt.title,
			prompt.metrics?.success ?? null,
			prompt.metrics?.failure ?? null,
			prompt.steps.map((step) => {
				const content = stepContent(prompt, step);
				const isAccepted = step.number === number;
				return [
					step.number,
					step.name,
					step.kind,
					isAccepted ? { ...(content as object), expectation: null } : content,
				];
			}),
		]);
	return describe(before) === describe(after);
}
