import { closeSync, openSync, writeSync } from 'node:fs';
import { AppError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import type { ExecutorObserver, Peer } from '../hooks.ts';
import { maskSecrets } from './mask-secrets.ts';

/** An append-only file of who ran what, when, and how it ended. Whoever opened it closes it. */
export interface AuditLog {
	readonly observer: ExecutorObserver;
	/** Somebody was turned away before a session began. */
	refused(address: string, reason: string): void;
	/** Why it can't be written, `null` while it can. */
	problem(): string | null;
	/** Opens the file anew, after a rotation moved it away. */
	reopen(): void;
	close(): void;
}

/**
 * Opens an audit log: JSON lines, readable by their owner alone. Commands stand there as digests; there is no output in it.
 *
 * @param secrets - Texts that never reach the file.
 * @throws {AppError} `FILE_WRITE_FAILED`.
 */
export function openAuditLog(path: string, clock: Clock, secrets: readonly string[]): AuditLog {
	let fd: number | null = open(path);
	let problem: string | null = null;
	const write = (event: string, peer: Partial<Peer>, fields: object = {}): void => {
		const line = JSON.stringify({
			at: new Date(clock.nowMs()).toISOString(),
			event,
			address: peer.address,
			session: peer.sessionId,
			...fields,
		});
		try {
			// One call for each line: two writers of one file do not mix.
			if (fd !== null) writeSync(fd, `${maskSecrets(line, secrets)}\n`);
			problem = fd === null ? problem : null;
		} catch (error) {
			problem = describeFault(path, error);
		}
	};
	const release = (): void => {
		if (fd !== null) closeSync(fd);
		fd = null;
	};
	return {
		observer: {
			sessionOpened: (peer) => write('session-opened', peer),
			sessionClosed: (peer) => write('session-closed', peer),
			executionStarted: ({ executionId, commandSha256, peer, cwd }) =>
				write('started', peer, { execution: executionId, command_sha256: commandSha256, cwd }),
			executionEnded: ({ peer, ...end }) =>
				write('ended', peer, {
					execution: end.executionId,
					command_sha256: end.commandSha256,
					exit_code: end.exitCode,
					signal: end.signal,
					canceled: end.isCanceled,
					duration_ms: Math.round(end.durationMs),
					bytes: end.bytes,
					dropped_bytes: end.droppedBytes,
					leaked: end.leaked,
				}),
			executionRefused: ({ executionId, commandSha256, peer, reason }) =>
				write('refused', peer, { execution: executionId, command_sha256: commandSha256, reason }),
			outputHeld: () => {},
		},
		refused: (address, reason) => write('turned-away', { address }, { reason }),
		problem: () => problem,
		reopen: () => {
			release();
			try {
				fd = open(path);
				problem = null;
			} catch (error) {
				problem = describeFault(path, error);
			}
		},
		close: release,
	};
}

function open(path: string): number {
	try {
		return openSync(path, 'a', 0o600);
	} catch (cause) {
		throw new AppError('FILE_WRITE_FAILED', describeFault(path, cause), { cause, data: { path } });
	}
}

const describeFault = (path: string, error: unknown): string =>
	`Cannot write the audit log ${path}: ${error instanceof Error ? error.message : String(error)}`;
