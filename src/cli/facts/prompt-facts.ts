import type { Diagnostic } from '../../core/places.ts';
import { diagnoseExpectation, isDiagnosable } from '../../expect/diagnose-expectation.ts';
import { nodeHashes } from '../../host/node-hashes.ts';
import { parsePrompt } from '../../prompt/parse-prompt.ts';
import { decodePrompt } from '../../run/decode-prompt.ts';
import { type GatedContent, readGatedContent } from '../gate-facts.ts';
import { planDocument } from '../plan-document.ts';

/** What `verify lint` says of a document: everything that is wrong with it, its expectations included. */
export async function findProblems(source: string): Promise<readonly Diagnostic[]> {
	const plan = planDocument({ file: '', source, prompt: parsePrompt(source) });
	const expectations = plan.steps.map(({ expectation }) => expectation).filter(isDiagnosable);
	const deep = await Promise.all(expectations.map(diagnoseExpectation));
	return [...plan.problems, ...deep.flat()];
}

/** What `verify gate` wants to know of a document. What its own wishes hold that JSON can't becomes text, and so a wish that can't be read. */
function readForGate(source: string): GatedContent {
	const content = readGatedContent({ file: '', source, prompt: parsePrompt(source) }, nodeHashes);
	const { gate } = content.settings;
	if (gate === undefined) return content;
	const value: unknown = JSON.parse(
		JSON.stringify(gate.value ?? null, (_, member: unknown) =>
			typeof member === 'number' && !Number.isFinite(member) ? String(member) : member,
		),
	);
	return { ...content, settings: { gate: { ...gate, value } } };
}

/** What commands want to know of a document, made from its text alone: as JSON it can be remembered, and come from another thread. */
export const FACTS = {
	lint: findProblems,
	gate: readForGate,
} as const;

/** One of {@link FACTS}. */
export type FactKind = keyof typeof FACTS;

/** What such a fact is. */
export type FactOf<K extends FactKind> = Awaited<ReturnType<(typeof FACTS)[K]>>;

/**
 * Makes a fact of each document.
 *
 * @param documents - UTF-8. Each is decoded when it is its turn: texts that wait for theirs would outlive what is made of the others, and
 *   fill the memory of what lives long.
 * @returns As JSON, in the same order.
 */
export async function makeFacts(kind: FactKind, documents: readonly Uint8Array[]): Promise<readonly string[]> {
	const facts: string[] = [];
	for (const bytes of documents) facts.push(JSON.stringify(await FACTS[kind](decodePrompt(bytes, ''))));
	return facts;
}
