import type { Evidence } from '../core/outcomes.ts';

/** What prompts are planned with: it holds for all of them, unless front matter or a step says otherwise. */
export interface PlanSettings {
	/** 0: no limit. */
	readonly timeoutMs: number;
	/** 0: no limit. */
	readonly stallMs: number;
	/** Literal texts, or `/…/flags`. */
	readonly errorPatterns: readonly string[];
	/** Further attempts after a failure. */
	readonly retries: number;
	readonly count: 'step' | 'run';
	readonly stop: 'first-failure' | 'never';
	/** For commands that name no shell of their own. */
	readonly shell: string;
	/** False: counts are derived and shown, nothing is written into prompts. */
	readonly write: boolean;
	/** True: a prompt without metrics gets a section. */
	readonly init: boolean;
	/** Run only the steps with these positions (from 1); `null`: all. */
	readonly steps: ReadonlySet<number> | null;
	/** Name of the operating system, as `Platform` directives write it. */
	readonly platform: string;
}

/** What holds for a run as a whole. */
export interface RunSettings extends PlanSettings {
	/** What a result must reach before it counts; known once the executor is. */
	readonly evidenceNeeded: Evidence;
}
