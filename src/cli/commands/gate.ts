import { type AppError, ERRORS, isAppError } from '../../core/errors.ts';
import { judgeGate } from '../../gate/judge-gate.ts';
import { parsePrompt } from '../../prompt/parse-prompt.ts';
import { updateMark } from '../../prompt/update-metrics.ts';
import { decodePrompt, encodePrompt } from '../../run/decode-prompt.ts';
import { type AuditMachine, auditDocument, createAuditMachine, selectChanged, watchRuns } from '../audit-document.ts';
import { annotateGate, type UnmetPrompt } from '../ci/annotate-gate.ts';
import { detectCi } from '../ci/ci-service.ts';
import { type PromptFact, readFacts } from '../facts/read-facts.ts';
import { formatGate, type GatedPrompt, gateToJson } from '../format-gate.ts';
import { joinGateFacts } from '../gate-facts.ts';
import type { Invocation } from '../io.ts';
import { loadGatePolicy, type PromptPolicy, resolvePromptPolicy } from '../load-gate-policy.ts';
import { optionText } from '../option-text.ts';
import { toGateFlags } from '../parse-argv.ts';
import { reportErrors } from '../report-errors.ts';

/** What the gate says of some prompts. */
export interface GateAnswer {
	readonly gated: readonly GatedPrompt[];
	/** Those that were judged. */
	readonly documents: readonly PromptFact<'gate'>[];
	/** Prompts left out, because they are as they were at the revision of `--since`. */
	readonly unchanged: number;
	/** What could not be judged. */
	readonly errors: readonly AppError[];
	/** As of `verify gate`. */
	readonly exitCode: number;
}

/** `verify gate`: whether prompts may be trusted; exit 7 when one may not, 6 when a record is not intact. */
export async function gate(invocation: Invocation): Promise<number> {
	const { options, io } = invocation;
	const ci = detectCi(options.ci, io.env);
	const { gated, documents, unchanged, errors, exitCode } = await gatePrompts(invocation);
	const width = Math.max(0, ...gated.map(({ file }) => file.length));
	const linesOf = (prompt: GatedPrompt): readonly string[] =>
		options.json === true ? [JSON.stringify(gateToJson(prompt))] : formatGate(prompt, width);
	// Each call writes; ten thousand prompts have forty thousand lines.
	for (let from = 0; from < gated.length; from += SHOWN_AT_ONCE) {
		io.out(
			gated
				.slice(from, from + SHOWN_AT_ONCE)
				.flatMap(linesOf)
				.join('\n'),
		);
	}
	if (ci === 'github') annotateGate(unmetOf(gated, documents), io, options.json === true);
	if (unchanged > 0) {
		io.err(`verify: ${unchanged} of ${unchanged + documents.length} prompts are as they were at ${options.since}`);
	}
	reportErrors(errors, io);
	const word = exitCode === 0 ? 'met' : errors.length > 0 ? 'not judged for all' : 'not met';
	io.err(`verify: gate ${word} (exit code ${exitCode})`);
	return exitCode;
}

/**
 * Judges prompts, and sets their marks when that is asked for; prints only warnings.
 *
 * @throws {AppError} `CONFIG_INVALID`, `USAGE`: of the options.
 */
export async function gatePrompts({ args, options, io }: Invocation): Promise<GateAnswer> {
	const machine = createAuditMachine();
	const policy = await loadGatePolicy(
		{ policyFile: optionText(options.policy), configFile: optionText(options.config), flags: toGateFlags(options) },
		io,
		machine.files,
	);
	const loaded = await readFacts('gate', args, {
		files: machine.files,
		env: io.env,
		// In CI steps of the very change that is judged may have run before: nothing that they could write has a say.
		isCached: options.cache !== false && (io.env.CI ?? '') === '',
	});
	const since = optionText(options.since);
	const documents = since === null ? loaded.facts : await selectChanged(loaded.facts, since, machine);
	const gated: GatedPrompt[] = [];
	const errors = [...loaded.errors];
	for (const document of documents) {
		const wishes = resolvePromptPolicy(policy, document.fact, document.file);
		for (const warning of wishes.warnings) io.err(`verify: ${warning}`);
		try {
			gated.push(await gateDocument(document, wishes, machine, { since, isWriting: options.write === true }));
		} catch (error) {
			if (!isAppError(error)) throw error;
			errors.push(error);
		}
	}
	const [first] = errors;
	const isMet = gated.every(({ verdict }) => verdict.isMet);
	const exitCode = gated.some(isBroken) ? 6 : first ? ERRORS[first.code].exit : isMet ? 0 : 7;
	return { gated, documents, unchanged: loaded.facts.length - documents.length, errors, exitCode };
}

const SHOWN_AT_ONCE = 500;

const unmetOf = (gated: readonly GatedPrompt[], documents: readonly PromptFact<'gate'>[]): UnmetPrompt[] =>
	gated
		.filter(({ verdict }) => verdict.unmet.length > 0)
		.map(({ file, verdict }) => ({
			file,
			line: documents.find((document) => document.file === file)?.fact.metrics?.span.start.line ?? 1,
			unmet: verdict.unmet,
		}));

async function gateDocument(
	document: PromptFact<'gate'>,
	{ policy, problems }: PromptPolicy,
	machine: AuditMachine,
	{ since, isWriting }: { readonly since: string | null; readonly isWriting: boolean },
): Promise<GatedPrompt> {
	// A branch can rewrite its own history, but not that of what it is to be merged into.
	const report = await auditDocument({ file: document.file, prompt: document.fact }, machine, { since, deep: null });
	const facts = joinGateFacts({ file: document.file, content: document.fact }, report, {
		watch: watchRuns(machine),
		policyProblems: problems,
	});
	const verdict = judgeGate(facts, policy);
	const mark = isWriting ? await writeMark(document, verdict.isMet, machine) : null;
	return { file: document.file, verdict, counts: facts.counts, record: facts.record, mark, policy };
}

/** Puts the mark or takes it away in what was judged, and in nothing else: a prompt that changed since is left alone. */
async function writeMark(
	{ file, digest }: PromptFact<'gate'>,
	isGraduated: boolean,
	{ files, hashes }: AuditMachine,
): Promise<GatedPrompt['mark']> {
	const result = await files.update(file, (bytes) => {
		if (hashes.sha256(bytes) !== digest) return null;
		const now = decodePrompt(bytes, file);
		const { metrics } = parsePrompt(now);
		if (metrics === null) return null;
		const marked = updateMark(now, metrics, isGraduated);
		return marked === now ? null : encodePrompt(marked);
	});
	if (result === 'unchanged') return null;
	return isGraduated ? 'set' : 'removed';
}

/** What a broken record counts proves nothing. */
const isBroken = ({ record }: GatedPrompt): boolean => record?.isIntact === false;
