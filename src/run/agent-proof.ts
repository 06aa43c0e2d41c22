import { EVIDENCE_LEVELS, type Evidence } from '../core/outcomes.ts';
import { type AgentStepWatch, watchAgentStep } from '../transcript/agents/agent-step.ts';
import { findAgentStart } from '../transcript/agents/find-agent-start.ts';
import type { AgentFinding } from '../transcript/agents/judge-agent-evidence.ts';
import type { RunContext } from './context.ts';
import type { EvidenceFinding } from './evidence-source.ts';
import type { PlannedStep } from './plan-prompt.ts';

/**
 * Begins to watch the agent that a step starts and hands its marker to.
 *
 * @param place - `cwd` `null`: the executor has folders of its own, where nobody here can look.
 * @returns `null` when the step starts none, or keeps the marker to itself.
 */
export async function watchAgent(
	{ script }: PlannedStep,
	place: { readonly cwd: string | null; readonly env: Readonly<Record<string, string>> },
	{ env, hashes }: Pick<RunContext, 'env' | 'hashes'>,
): Promise<AgentStepWatch | null> {
	if (place.cwd === null || !script.includes('VERIFY_MARKER')) return null;
	const start = findAgentStart(script);
	return start && watchAgentStep(start, { cwd: place.cwd, env: { ...env, ...place.env } }, hashes);
}

/** Takes what the agent's own transcript proves into account: with less than `bound` there, the step proves no more than that. */
export function weighAgent(finding: EvidenceFinding, agent: AgentFinding): EvidenceFinding {
	const own = agent.checks.map(({ name, isOk, detail, where }) => ({
		name: `agent: ${name}`,
		isOk,
		detail: where === null ? detail : `${detail} (${where})`,
	}));
	const checks = [...finding.checks, ...own];
	if (agent.level === 'bound') return { ...finding, checks };
	return { ...finding, level: lowerOf(finding.level, agent.level), checks, reason: finding.reason ?? agent.reason };
}

const lowerOf = (a: Evidence, b: Evidence): Evidence =>
	EVIDENCE_LEVELS.indexOf(a) < EVIDENCE_LEVELS.indexOf(b) ? a : b;
