import type { GatePolicy } from '../core/gate-policy.ts';
import type { Counts } from '../core/outcomes.ts';
import { pluralize } from '../core/pluralize.ts';
import type { UnmetCondition } from '../gate/find-unmet.ts';
import type { RecordFacts } from '../gate/gate-facts.ts';
import type { GateVerdict } from '../gate/judge-gate.ts';

/** A prompt and what the gate says of it. */
export interface GatedPrompt {
	readonly file: string;
	readonly verdict: GateVerdict;
	/** Counts in the file; `null`: it has none. */
	readonly counts: Counts | null;
	readonly record: RecordFacts | null;
	/** What `--write` did; `null`: nothing. */
	readonly mark: 'set' | 'removed' | null;
	/** What it was judged by. */
	readonly policy: GatePolicy;
}

/**
 * Writes what the gate says of a prompt: one line when it is met; else below it why not, and what to do.
 *
 * @param width - Columns of the file name, so that prompts stand in a table.
 */
export function formatGate({ file, verdict, counts, record, mark }: GatedPrompt, width: number): readonly string[] {
	const { isMet, ratio, bound, stage, evidence, cleanRunsMissing, successesIgnored } = verdict;
	const shown = verdict.counts ?? counts;
	const facts = [
		isMet ? 'MET    ' : 'NOT MET',
		file.padEnd(width),
		...(shown === null
			? []
			: [
					`${shown.success}:${shown.failure}`,
					ratio === null ? '' : `ratio ${ratio.toFixed(1)}`,
					`bound ${bound.toFixed(2)}`,
				]),
		stage,
		`evidence ${evidence}`,
		successesIgnored === 0 ? '' : `${pluralize(successesIgnored, 'success', 'successes')} ignored`,
		record === null || record.unreported === 0 ? '' : `${pluralize(record.unreported, 'run')} unreported`,
		cleanRunsMissing === 0 ? '' : `${pluralize(cleanRunsMissing, 'clean run')} missing`,
		mark === null ? '' : `mark ${mark}`,
	].filter((fact) => fact !== '');
	return [facts.join('  '), ...formatUnmet(verdict.unmet)];
}

/** Writes the same for programs; `docs/gate.md` tells the fields. */
export function gateToJson({ file, verdict, counts, record, mark, policy }: GatedPrompt): unknown {
	return {
		file,
		...verdict,
		unmet: verdict.unmet.map(({ code, message, advice, step }) => ({ code, message, advice, step })),
		countsInFile: counts,
		record: record === null ? 'none' : record.isIntact ? 'intact' : 'broken',
		unreported: record?.unreported ?? 0,
		unreportedSince: record?.unreportedSince ?? 0,
		mark,
		policy,
	};
}

/** Prompts with many steps lack the same many times: the first is named, the others are counted. */
function formatUnmet(unmet: readonly UnmetCondition[]): readonly string[] {
	const groups = new Map<string, UnmetCondition[]>();
	for (const condition of unmet) groups.set(condition.code, [...(groups.get(condition.code) ?? []), condition]);
	const width = Math.max(0, ...[...groups.keys()].map((code) => code.length));
	const lines = [...groups].map(([code, [first, ...others]]) => {
		const steps = others.flatMap(({ step }) => (step === null ? [] : [step]));
		const more = steps.length === 0 ? '' : ` (also ${steps.length === 1 ? 'step' : 'steps'} ${steps.join(', ')})`;
		return `  ${code.padEnd(width)}  ${first?.message}${more}`;
	});
	const advices = [...new Set(unmet.map(({ advice }) => advice))];
	// "Run it" is said by "Run it until".
	const told = advices.filter((advice) => !advices.some((other) => other !== advice && other.startsWith(`${advice} `)));
	return [...lines, ...told.map((advice) => `  next: ${advice}`)];
}
