import type { ExecutorClient } from '../../client/client.ts';
import type { Clock, Hashes, Random, Signatures } from '../../core/ports.ts';
import type { EvidenceSource } from '../evidence-source.ts';

/** Every control, in the order they run. */
export const CONTROL_NAMES = [
	'known-pass',
	'known-fail',
	'known-stall',
	'known-flood',
	'known-forged-marker',
	'known-slow-reader',
	'known-tree',
	'clock',
] as const;

/** One of {@link CONTROL_NAMES}. */
export type ControlName = (typeof CONTROL_NAMES)[number];

/** One question that was asked of an executor. */
export interface ControlCheck {
	readonly name: string;
	readonly isOk: boolean;
	/** One phrase: what was found, and what was wanted where it differs. */
	readonly detail: string;
}

/** What a control came to. */
export interface ControlResult {
	readonly name: ControlName | 'quick-check';
	/** `skipped`: it could not be asked any more, because the executor was lost before. */
	readonly outcome: 'passed' | 'failed' | 'skipped';
	/** In the order they were asked; empty when skipped. */
	readonly checks: readonly ControlCheck[];
	/** One line for people: the first check that failed, or what was shown. */
	readonly detail: string;
	/** What to do, one imperative sentence; `null` when passed. */
	readonly advice: string | null;
	/** The executor answered that it does not run such a command; it says nothing about those that it runs. */
	readonly isRefused: boolean;
	readonly durationMs: number;
}

/** How patient the controls are. */
export interface ControlSettings {
	/** Milliseconds of silence after which the known stall is cancelled; default 300. */
	readonly silenceMs?: number;
	/** Milliseconds that the slow reader pauses, twice; default 300. */
	readonly pauseMs?: number;
	/** Milliseconds after which any control is cancelled; default 30,000. */
	readonly limitMs?: number;
	/** Milliseconds that a cancelled command may take to be gone; default 10,000. */
	readonly cancelPatienceMs?: number;
}

/** An executor on the bench, and what its answers are judged with. */
export interface Bench {
	readonly client: ExecutorClient;
	readonly clock: Clock;
	readonly random: Random;
	readonly hashes: Hashes;
	readonly signatures: Signatures;
	/** `null`: only what comes over the wire is judged. */
	readonly evidence: EvidenceSource | null;
	readonly settings: Required<ControlSettings>;
}

/** Fills in the defaults. */
export const resolveControlSettings = (settings: ControlSettings = {}): Required<ControlSettings> => ({
	silenceMs: 300,
	pauseMs: 300,
	limitMs: 30_000,
	cancelPatienceMs: 10_000,
	...settings,
});
