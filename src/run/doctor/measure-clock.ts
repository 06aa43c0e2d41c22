import type { ExecutorClient } from '../../client/client.ts';
import type { ControlCheck } from './control.ts';
import type { Observation } from './observe.ts';

/** A moment as the executor told it, between two moments of ours. */
export interface ClockReading {
	/** Milliseconds since the Unix epoch, by the executor's clock. */
	readonly toldMs: number;
	/** How exact it is told, milliseconds. */
	readonly resolutionMs: number;
	/** By our clock: it happened not before and not after. */
	readonly notBeforeMs: number;
	readonly notAfterMs: number;
	/** Where it stood. */
	readonly source: string;
}

/** How far an executor's clock may be off: beyond it, its signed times can't be told from a replay's. */
export const MAX_SKEW_MS = 5000;

/**
 * Judges how far the executor's clock is from ours.
 *
 * @returns Fails only when the clocks are surely further apart than {@link MAX_SKEW_MS}.
 */
export function judgeClock({ toldMs, resolutionMs, notBeforeMs, notAfterMs, source }: ClockReading): ControlCheck {
	const skewMs = Math.round(toldMs + resolutionMs / 2 - (notBeforeMs + notAfterMs) / 2);
	const uncertaintyMs = Math.ceil((notAfterMs - notBeforeMs + resolutionMs) / 2);
	const isOk = Math.abs(skewMs) - uncertaintyMs <= MAX_SKEW_MS;
	const detail = `${Math.abs(skewMs)} ms ${skewMs < 0 ? 'behind' : 'ahead of'} ours (± ${uncertaintyMs} ms, by ${source})`;
	return { name: 'clock', isOk, detail };
}

/** Takes the most exact time that the executor tells: a signed one, one of its status, or what `date +%s` printed. */
export async function measureClock(seen: Observation, client: ExecutorClient): Promise<ControlCheck> {
	const common = { resolutionMs: 1, notBeforeMs: seen.startedAtMs, notAfterMs: seen.endedAtMs };
	const { attestation } = seen.end;
	if (attestation !== null)
		return judgeClock({ ...common, toldMs: attestation.statement.started_at, source: 'its signed time' });
	if (client.server.capabilities.has('attach')) {
		const { startedAtMs } = await client.status(seen.executionId);
		return judgeClock({ ...common, toldMs: startedAtMs, source: 'its status' });
	}
	if (!/^\d+\n$/.test(seen.stdout))
		return { name: 'clock', isOk: false, detail: `no time: ${seen.stdout.slice(0, 80)}` };
	return judgeClock({ ...common, toldMs: Number(seen.stdout) * 1000, resolutionMs: 1000, source: 'date' });
}
