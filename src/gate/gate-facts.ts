import type { Counts, Evidence } from '../core/outcomes.ts';

/** What passes of a step on exactly its present content have in common. */
export interface StepPass {
	readonly evidence: Evidence;
	/** It was found in the transcript of the agent that started the run. */
	readonly isConfirmed: boolean;
}

/** A step as it stands in the prompt now. */
export interface StepFacts {
	/** Position among the prompt's steps, from 1. */
	readonly number: number;
	readonly name: string;
	/** False: nothing of it can run, such as a placeholder where a command belongs. */
	readonly isRunnable: boolean;
	/** Systems it runs on; empty: all. */
	readonly platforms: readonly string[];
	/** The kinds of passes on its present content, each once however many there were: many steps may share thousands. */
	readonly passes: readonly StepPass[];
	/** True: it has results on another content, so it was edited since. */
	readonly hasOldResults: boolean;
}

/** What the record beside a prompt says. */
export interface RecordFacts {
	/** False: an audit found something. */
	readonly isIntact: boolean;
	/** Counts that stood in the file when the record began. */
	readonly adopted: Counts;
	/** Successes since, by what each of them proved. */
	readonly successes: Readonly<Record<Evidence, number>>;
	/** Failures since. */
	readonly failures: number;
	/** Runs that began and never reported. */
	readonly unreported: number;
	/** Those of them that no whole run has followed. */
	readonly unreportedSince: number;
}

/** Everything that the gate judges a prompt by. */
export interface GateFacts {
	/** Path of the prompt as the user gave it; advice names it. */
	readonly file: string;
	/** Counts in the file; `null`: it has none. */
	readonly counts: Counts | null;
	/** `null`: the prompt has no record, all of its counts are taken as adopted. */
	readonly record: RecordFacts | null;
	readonly steps: readonly StepFacts[];
	/** Successes that one run adds in which everything passes. */
	readonly successesPerRun: number;
	/** Wishes of the prompt for its own gate that can't be read, a sentence each. */
	readonly policyProblems: readonly string[];
}
