import type { GatePolicy } from '../core/gate-policy.ts';
import type { Clock, Hashes, Writers } from '../core/ports.ts';
import { judgeGate } from '../gate/judge-gate.ts';
import { deriveTotals } from '../ledger/audit-counts.ts';
import { tallyRuns } from '../ledger/audit-tally.ts';
import type { RunContext } from '../run/context.ts';
import { collectGateFacts } from './gate-facts.ts';
import { resolvePromptPolicy } from './load-gate-policy.ts';

/**
 * Makes the judge of a run's marks: what `verify gate` asks, but for signatures and history that only an audit looks at.
 *
 * @param policy - Of the run; prompts can tighten it.
 */
export const createStageJudge =
	(
		policy: GatePolicy,
		{ hashes, writers, clock }: { readonly hashes: Hashes; readonly writers: Writers; readonly clock: Clock },
	): RunContext['judgeStage'] =>
	(document, counts, records) => {
		const runs = tallyRuns(records);
		const own = resolvePromptPolicy(policy, document.prompt, document.file);
		const report = {
			// A run writes nothing beside a ledger that is not as it was written.
			isIntact: true,
			findings: [],
			derived: deriveTotals(records, runs),
			runs,
			records: records.length,
			keys: [],
			isKeyListKnown: false,
		};
		const watch = { writers, nowMs: clock.nowMs() };
		const facts = collectGateFacts(document, report, { hashes, watch, policyProblems: own.problems });
		return judgeGate({ ...facts, counts }, own.policy).stage;
	};
