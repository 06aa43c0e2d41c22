import { type ConnectOptions, connectExecutor as connectClient } from '../client/connect-executor.ts';
import { createRemoteExecutor, type RemoteExecutor } from '../client/remote-executor.ts';
import { type Attestation, isAttested } from '../core/attestation.ts';
import { nodeClock } from '../host/node-clock.ts';
import { nodeHashes } from '../host/node-hashes.ts';
import { nodeRandom } from '../host/node-random.ts';
import { nodeSignatures } from '../host/node-signatures.ts';

export type { ReconnectOptions } from '../client/backoff.ts';
export type { ExecutionEnd, ExecutionStatus, OutputChunk, ToldEnd } from '../client/client.ts';
export type { ConnectOptions } from '../client/connect-executor.ts';
export type {
	CommandResult,
	ExecuteOptions,
	ListenOptions,
	RemoteExecution,
	RemoteExecutor,
	RunOptions,
} from '../client/remote-executor.ts';
export type { Attestation, AttestationStatement } from '../core/attestation.ts';
export { AppError, type ErrorCode, isAppError } from '../core/errors.ts';
export type { LeakedProcess } from '../core/ports.ts';

/**
 * Connects to an executor: `verify serve`, or any other that speaks its wire.
 *
 * Unlike the client of `verify` it comes back after a lost connection (`reconnect: false`: it does not) and looks every 15 s whether
 * the executor still lives. Where the executor has no leases, what runs is lost with the connection.
 *
 * @param url - Such as `ws://127.0.0.1:8003/ws/mcp`; `wss://` for TLS, `ws+unix:<path>:/ws/mcp` for a socket.
 * @throws {AppError} `EXECUTOR_UNREACHABLE` (nothing is there, wrong path or token), `EXECUTOR_NONSENSE` (it is no executor),
 * `EXECUTOR_REFUSED` (too many connections).
 * @throws {RangeError} A value of `reconnect` is not a positive number.
 * @throws `signal.reason`, when aborted before the executor greeted.
 */
export async function connectExecutor(url: string, options: ConnectOptions = {}): Promise<RemoteExecutor> {
	const host = { clock: nodeClock, hashes: nodeHashes };
	const client = await connectClient(url, host, { reconnect: {}, heartbeatMs: 15_000, ...options });
	return createRemoteExecutor(client, { clock: nodeClock, random: nodeRandom });
}

/**
 * Checks that the executor with this key signed an attestation, and that nothing of it was changed since. Compare its statement with what
 * was asked for and received: a signature says who spoke, not about which command.
 *
 * @param publicKey - Of the executor that is trusted; `server.publicKey` as long as one trusts the connection.
 * @returns False also when the attestation names another key.
 */
export const verifyAttestation = (attestation: Attestation, publicKey: string): boolean =>
	isAttested(attestation, publicKey, nodeSignatures);
