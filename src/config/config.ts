import type { Evidence } from '../core/outcomes.ts';

/** Every option with its resolved value; frozen. */
export interface Config {
	/** `null`: the embedded executor. */
	readonly executor: string | null;
	/** Path; `null`: no token, or the one in `VERIFY_TOKEN`. */
	readonly tokenFile: string | null;
	/** 1 to 1024. */
	readonly jobs: number;
	readonly timeoutMs: number;
	/** 0: no limit. */
	readonly stallMs: number;
	readonly graceMs: number;
	readonly errorPatterns: readonly string[];
	readonly retries: number;
	/** `auto`: `signed` where the executor signs, else `bound`. */
	readonly evidence: Evidence | 'auto';
	readonly count: 'step' | 'run';
	readonly stop: 'first-failure' | 'never';
	readonly shell: string;
	readonly write: boolean;
	readonly init: boolean;
	/** Folder, relative to the working directory. */
	readonly reports: string;
	/** Write the pages for people too. */
	readonly html: boolean;
	readonly transcripts: string;
	/** Runs of each prompt; 0: all. */
	readonly keepRuns: number;
	/** 0: no limit. */
	readonly keepDays: number;
	/** 0: no limit. */
	readonly keepBytes: number;
}

/** A value that can't be taken. */
export interface ConfigIssue {
	readonly key: string;
	/** Where it stands: a file, an environment variable, a flag. */
	readonly origin: string;
	/** One sentence, capital first, no final period. */
	readonly message: string;
	/** The way out. */
	readonly advice: string;
}
