import type { GatePolicy } from '../core/gate-policy.ts';
import { isProven } from '../core/outcomes.ts';

/** A wish that was not granted. */
export interface RefusedLoosening {
	readonly key: keyof GatePolicy;
	readonly wanted: GatePolicy[keyof GatePolicy];
	readonly kept: GatePolicy[keyof GatePolicy];
}

/**
 * Takes from a prompt's own wishes what asks for more than the policy does: a prompt may not make its own gate wider.
 *
 * @returns `refused`: what asks for less, with what holds instead.
 */
export function tightenPolicy(
	policy: GatePolicy,
	wishes: Partial<GatePolicy>,
): { readonly policy: GatePolicy; readonly refused: readonly RefusedLoosening[] } {
	const keys = (Object.keys(policy) as (keyof GatePolicy)[]).filter((key) => wishes[key] !== undefined);
	const isLooser = (key: keyof GatePolicy): boolean => IS_LOOSER[key]({ ...policy, ...wishes }, policy);
	const granted = keys.filter((key) => !isLooser(key));
	return {
		policy: { ...policy, ...Object.fromEntries(granted.map((key) => [key, wishes[key]])) },
		refused: keys.filter(isLooser).map((key) => ({ key, wanted: wishes[key] ?? null, kept: policy[key] })),
	};
}

/** Whether the first asks for less than the second. */
const IS_LOOSER: Readonly<Record<keyof GatePolicy, (wanted: GatePolicy, kept: GatePolicy) => boolean>> = {
	confidence: (wanted, kept) => wanted.confidence < kept.confidence,
	minRuns: (wanted, kept) => wanted.minRuns < kept.minRuns,
	adopted: (wanted, kept) => wanted.adopted === 'count' && kept.adopted === 'ignore',
	evidence: (wanted, kept) => !isProven(wanted.evidence, kept.evidence),
	requireAgent: (wanted, kept) => !wanted.requireAgent && kept.requireAgent,
	trusted: (wanted, kept) => wanted.trusted < kept.trusted,
	maxUnreported: (wanted, kept) =>
		(wanted.maxUnreported ?? Number.POSITIVE_INFINITY) > (kept.maxUnreported ?? Number.POSITIVE_INFINITY),
};
