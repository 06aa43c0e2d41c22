import type { ExecutorClient } from '../client/client.ts';
import type { StepRef } from '../core/events.ts';
import type { Counts } from '../core/outcomes.ts';
import type { Clock, Files, Hashes, Random, Writer } from '../core/ports.ts';
import type { Stage } from '../gate/judge-counts.ts';
import type { TrustedKey } from '../ledger/audit-keys.ts';
import type { PlacedRecord, PromptLedger } from '../ledger/ledger.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { Bail } from './bail.ts';
import type { EvidenceSource } from './evidence-source.ts';
import type { PlannedPrompt } from './plan-prompt.ts';
import type { PromptRecord } from './prompt-record.ts';
import type { RunSettings } from './settings.ts';
import type { Story } from './story.ts';

/** Keeps the full output of a step beside the reports. */
export interface OutputStore {
	/** @returns Path relative to the report's folder, or `null` when it could not be kept (the run goes on). */
	keep(step: StepRef, attempt: number, text: string): Promise<string | null>;
}

/** Private folders of a run. */
export interface Workspace {
	/**
	 * Writes files into a fresh folder that only this user can enter.
	 *
	 * @returns Absolute paths, in the order given.
	 */
	writePrivate(files: readonly { readonly name: string; readonly text: string }[]): Promise<readonly string[]>;
	/** Removes every folder made; may be called twice. */
	close(): Promise<void>;
}

/** What an executor signs with. */
export interface ExecutorKey {
	/** The 32 bytes in base64url. */
	readonly publicKey: string;
	/** How far its clock may differ from ours, milliseconds. */
	readonly clockToleranceMs: number;
}

/** What every part of a run works with. */
export interface RunContext {
	readonly client: ExecutorClient;
	readonly clock: Clock;
	readonly random: Random;
	readonly hashes: Hashes;
	readonly files: Files;
	readonly evidence: EvidenceSource;
	/** `null`: the executor signs nothing. */
	readonly executorKey: ExecutorKey | null;
	readonly outputs: OutputStore;
	readonly workspace: Workspace;
	readonly story: Story;
	readonly settings: RunSettings;
	/** Opens the ledger of a prompt; nothing is read or written by that. */
	readonly openLedger: (file: string) => Promise<PromptLedger>;
	/**
	 * Says where a prompt stands that has these counts and this ledger: the mark in the file follows it.
	 *
	 * @param document - As it is now; `file`: as the user gave it; `plan`: what was planned from this very source, if it was.
	 * @param records - Of its ledger, the end of this run among them.
	 */
	readonly judgeStage: (
		document: {
			readonly file: string;
			readonly source: string;
			readonly prompt: Prompt;
			readonly plan: PlannedPrompt | null;
		},
		counts: Counts,
		records: readonly PlacedRecord[],
	) => Stage;
	/** This process, as the ledger names it. */
	readonly writer: Writer;
	/** Of the steps, where they run on this machine: it tells where an agent keeps its transcripts. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Values that must not be kept outside of the transcript. */
	readonly secrets: readonly string[];
	/** Aborted by the first Ctrl-C: nothing new starts, running steps are cancelled. */
	readonly signal: AbortSignal;
	/** Ends the run after too many failures; missing: never. */
	readonly bail?: Bail;
	/** Finds a program on PATH, for `Requires`. */
	readonly hasProgram: (name: string) => Promise<boolean>;
	/** Whether the executor sees our folders, so that a working directory means something to it. */
	readonly sharesFiles: boolean;
	/** Variables that make what an execution starts part of a trace; a step's own win over them, and no digest knows them. */
	readonly traceEnv?: (executionId: string) => Readonly<Record<string, string>>;
	/** How long an executor may take to end a cancelled execution before it is given up, milliseconds. */
	readonly cancelPatienceMs: number;
}

/** What an attempt works with. */
export interface AttemptContext extends RunContext {
	/** `null`: nothing is recorded, as for setup and teardown. */
	readonly record: PromptRecord | null;
	/** Whose signatures count; `null`: any. */
	readonly trustedKeys: readonly TrustedKey[] | null;
}
