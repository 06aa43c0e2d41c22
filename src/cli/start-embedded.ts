import { connectExecutor } from '../client/connect-executor.ts';
import type { Config } from '../config/config.ts';
import type { TranscriptSink } from '../core/transcript-records.ts';
import { createExecutor } from '../executor/executor.ts';
import { loadExecutorKey } from '../host/load-executor-key.ts';
import { createNodeProcesses } from '../host/node-processes.ts';
import { WIRE_PATHS } from '../protocol/limits.ts';
import type { Host } from './create-host.ts';
import type { ExecutorSession } from './open-executor.ts';

/** Names the embedded executor in messages; it is reached from inside this process alone. */
const EMBEDDED_URL = `ws://embedded${WIRE_PATHS[0]}`;

/**
 * Starts an executor inside this process and connects to it. A module of its own: runs on a remote executor need none of it.
 *
 * @param use - `hasMany`: commands are started through a launcher from the first one on, which spares the run to load the other way.
 */
export async function startEmbedded(
	config: Config,
	{ transcript, hasMany }: { readonly transcript: TranscriptSink; readonly hasMany: boolean },
	host: Host,
): Promise<ExecutorSession> {
	const processes = createNodeProcesses({ launcher: hasMany ? 'first' : 'later' });
	// A token is for a remote executor, never for the commands of a prompt.
	const env = { ...process.env, VERIFY_TOKEN: undefined };
	const { signer, problem } = await loadExecutorKey(process.env);
	const executor = createExecutor({ ...host, processes, transcript, signer }, { graceMs: config.graceMs, env });
	const close = async (): Promise<void> => {
		await executor.close();
		processes.close();
	};
	const dial = await executor.listenInside();
	const client = await connectExecutor(EMBEDDED_URL, host, { dial }).catch(async (error: unknown) => {
		await close();
		throw error;
	});
	return {
		client,
		// Not what the wire says: it is our own.
		key: { publicKey: signer.publicKey(), clockToleranceMs: 0 },
		warnings: problem === null ? [] : [problem],
		description: { kind: 'embedded', url: null, version: client.server.version },
		sharesFiles: true,
		async close() {
			await client.close();
			await close();
		},
	};
}
