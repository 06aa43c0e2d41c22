import type { Hashes } from '../../core/ports.ts';
import { createAgentWatch } from '../line-sources.ts';
import { carriesMarker } from './command-matchers.ts';
import type { AgentStart } from './find-agent-start.ts';
import { type AgentFinding, judgeAgentEvidence } from './judge-agent-evidence.ts';

/** In what a step starts its agent. */
export interface AgentStepPlace {
	/** Working directory of the step, absolute. */
	readonly cwd: string;
	/** Environment of the step: it tells where the agent keeps its transcripts. */
	readonly env: Readonly<Record<string, string | undefined>>;
}

/** The execution that started the agent. */
export interface AgentStepEnd {
	/** Of the execution; `{{marker}}` and `$VERIFY_MARKER` gave it to the agent. */
	readonly marker: string;
	/** Milliseconds since the Unix epoch. */
	readonly startedAtMs: number;
	readonly endedAtMs: number;
}

/** Watches the transcripts of an agent that a step starts. */
export interface AgentStepWatch {
	/**
	 * Judges what the agent did, by what was written since {@link watchAgentStep}. Never rejects: what can't be read gives `none`.
	 *
	 * @returns `bound` when a call of the agent's shell that was given the marker, and did more than echo it, printed it during the step.
	 */
	judge(end: AgentStepEnd): Promise<AgentFinding>;
}

/** Begins to watch, before the step's command is sent. Only the sizes of the transcripts are looked at. */
export async function watchAgentStep(
	start: AgentStart,
	place: AgentStepPlace,
	hashes: Hashes,
): Promise<AgentStepWatch> {
	const { format, isElsewhere } = start;
	const folders = isElsewhere ? format.allFolders(place.env) : format.foldersFor(place.cwd, place.env);
	const watch = await createAgentWatch(folders);
	return {
		async judge({ marker, startedAtMs, endedAtMs }) {
			const window = { kind: 'within', fromMs: startedAtMs, toMs: endedAtMs } as const;
			const question = { marker, line: null, command: carriesMarker(marker), window };
			try {
				return await judgeAgentEvidence(question, watch.lines, hashes);
			} catch (error) {
				const detail = error instanceof Error ? error.message : String(error);
				const checks = [{ name: 'transcripts can be read', isOk: false, detail, where: folders[0] ?? null }];
				const nothing = { call: null, traces: [], problems: [detail], files: null };
				return { level: 'none', reason: 'no-marker', checks, ...nothing };
			}
		},
	};
}
