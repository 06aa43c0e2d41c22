import type { RunEvent } from '../core/events.ts';

/**
 * Writes an event as one line of JSON: `{"v":1,"seq":…,"ts":"…Z","type":…,…}`. Live output is left out: readers that want a step's
 * output follow the path in its result.
 *
 * @returns The line without its newline; `null` for events that have none.
 */
export function formatJsonLine(event: RunEvent): string | null {
	if (event.type === 'step-output') return null;
	const { seq, atMs, type, ...rest } = event;
	return JSON.stringify({ v: 1, seq, ts: new Date(atMs).toISOString(), type, ...rest });
}
