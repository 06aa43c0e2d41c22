import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Hashes } from '../../core/ports.ts';
import { formatRunProof, type RunProof } from '../../core/run-proof.ts';
import { recentLines } from '../line-sources.ts';
import type { AgentFormat } from './agent-format.ts';
import { runsVerify } from './command-matchers.ts';
import { type AgentFinding, judgeAgentEvidence } from './judge-agent-evidence.ts';

/** Where transcripts may be, and of which run. */
export interface RunToConfirm {
	readonly proof: RunProof;
	/** Milliseconds since the Unix epoch. */
	readonly startedAtMs: number;
	readonly finishedAtMs: number;
	/** Working directory of the run, absolute. */
	readonly cwd: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly formats: readonly AgentFormat[];
	/** Folders to look in; `null`: where the agents keep theirs. */
	readonly folders: readonly string[] | null;
	/** Prompts, reports and transcripts of the run: who reads the proof there proves nothing. */
	readonly ignoredPaths: readonly string[];
}

/** What was found of a run, and where it was looked for. */
export interface RunConfirmation {
	readonly finding: AgentFinding;
	/** Folders that exist and were looked through, in order. */
	readonly folders: readonly string[];
}

/**
 * Looks for a run in the transcripts of the agent that started it: first in those of sessions that were begun in the run's working directory
 * or above it, then in all others. Only files that were written to since the run began are read.
 */
export async function confirmRun(run: RunToConfirm, hashes: Hashes): Promise<RunConfirmation> {
	const question = {
		marker: run.proof.marker,
		line: formatRunProof(run.proof),
		command: runsVerify,
		window: { kind: 'around', fromMs: run.startedAtMs, toMs: run.finishedAtMs },
		ignoredPaths: run.ignoredPaths,
	} as const;
	const near = run.formats.flatMap((format) => withParents(run.cwd).flatMap((cwd) => format.foldersFor(cwd, run.env)));
	const all = run.formats.flatMap((format) => format.allFolders(run.env));
	const places = (run.folders === null ? [near, all] : [run.folders]).map((folders) =>
		[...new Set(folders)].filter((folder) => existsSync(folder)),
	);
	const looked: string[] = [];
	let finding = await judgeAgentEvidence(question, recentLines([], 0), hashes);
	for (const folders of places) {
		looked.push(...folders.filter((folder) => !looked.includes(folder)));
		const found = await judgeAgentEvidence(question, recentLines(folders, run.startedAtMs), hashes);
		if (found.level === 'bound') return { finding: found, folders: looked };
		if (found.traces.length >= finding.traces.length) finding = found;
	}
	return { finding, folders: looked };
}

function withParents(folder: string): readonly string[] {
	const parent = dirname(folder);
	return parent === folder ? [folder] : [folder, ...withParents(parent)];
}
