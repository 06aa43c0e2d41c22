import type { ExecutorClient } from './client.ts';
import type { Connection } from './connection.ts';

/** Tells what an executor said of itself in its greeting. */
export function describeServer({ greeting }: Connection): ExecutorClient['server'] {
	return {
		version: greeting.version ?? '',
		sessionId: greeting.session_id,
		publicKey: greeting.public_key ?? null,
		capabilities: new Set(greeting.capabilities),
	};
}
