import type { NotificationParams } from '../protocol/messages.ts';
import type { ToldEnd } from './client.ts';

type Completed = NotificationParams<'process.completed'>;

/** Signals that end commands, by number: the first executor tells minus the number. The numbers are the same on Linux and macOS. */
const SIGNALS: Readonly<Record<number, string>> = {
	1: 'SIGHUP',
	2: 'SIGINT',
	3: 'SIGQUIT',
	4: 'SIGILL',
	6: 'SIGABRT',
	8: 'SIGFPE',
	9: 'SIGKILL',
	11: 'SIGSEGV',
	13: 'SIGPIPE',
	14: 'SIGALRM',
	15: 'SIGTERM',
};

/**
 * Reads what an executor tells of an end.
 *
 * @param own - What we counted ourselves, for executors that tell no durations and no sizes.
 */
export function readToldEnd(params: Completed, own: { readonly durationMs: number; readonly bytes: number }): ToldEnd {
	const { exitCode, signal } = exitOf(params);
	return {
		exitCode,
		signal,
		isCanceled: params.canceled ?? false,
		reason: params.reason ?? null,
		durationMs: params.duration_ms ?? own.durationMs,
		bytes: params.bytes ?? own.bytes,
		droppedBytes: params.dropped_bytes ?? 0,
		sha256: params.sha256 ?? null,
		leaked: params.leaked ?? [],
		error: params.error ?? null,
		attestation: params.attestation ?? null,
	};
}

function exitOf({ exit_code: code, signal }: Completed): Pick<ToldEnd, 'exitCode' | 'signal'> {
	if (signal != null) return { exitCode: null, signal };
	if (code == null) return { exitCode: null, signal: null };
	return code >= 0 ? { exitCode: code, signal: null } : { exitCode: null, signal: SIGNALS[-code] ?? `SIG${-code}` };
}
