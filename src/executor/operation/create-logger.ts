import type { Clock } from '../../core/ports.ts';

/** From the most talkative. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Logs a message with facts; ids and counts only, never commands, output or values of the environment. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Makes a log of JSON lines. */
export function createLogger(least: LogLevel, clock: Clock, write: (line: string) => void): Log {
	const from = LOG_LEVELS.indexOf(least);
	return (level, message, fields = {}) => {
		if (LOG_LEVELS.indexOf(level) < from) return;
		write(JSON.stringify({ at: new Date(clock.nowMs()).toISOString(), level, message, ...fields }));
	};
}
