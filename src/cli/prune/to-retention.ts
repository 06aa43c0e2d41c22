import type { Config } from '../../config/config.ts';
import type { RetentionPolicy } from '../../report/retention.ts';

const DAY_MS = 86_400_000;

/** Picks out of the config what is kept. */
export const toRetention = ({ keepRuns, keepDays, keepBytes }: Config): RetentionPolicy => ({
	runs: keepRuns,
	ageMs: keepDays * DAY_MS,
	bytes: keepBytes,
});
