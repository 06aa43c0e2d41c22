import { relative, resolve } from 'node:path';
import type { ExecutorClient } from '../client/client.ts';
import { connectExecutor } from '../client/connect-executor.ts';
import type { Config } from '../config/config.ts';
import type { RunId } from '../core/ids.ts';
import type { TranscriptSink } from '../core/transcript-records.ts';
import { loadExecutorKey } from '../host/load-executor-key.ts';
import { nodeSignatures } from '../host/node-signatures.ts';
import { WIRE_PATHS } from '../protocol/limits.ts';
import type { ExecutorKey } from '../run/context.ts';
import type { EvidenceSource } from '../run/evidence-source.ts';
import { openTranscript } from '../transcript/open-transcript.ts';
import { createTranscriptEvidence } from '../transcript/transcript-evidence.ts';
import type { Host } from './create-host.ts';
import { TOOL } from './version.ts';

/** The executor of a run with its transcript. */
export interface OpenExecutor {
	readonly client: ExecutorClient;
	readonly evidence: EvidenceSource;
	readonly description: { readonly kind: 'embedded' | 'remote'; readonly url: string | null; readonly version: string };
	/** What it signs with; `null`: it signs nothing. */
	readonly key: ExecutorKey | null;
	/** What the user should know, with what to do. */
	readonly warnings: readonly { readonly message: string; readonly advice: string | null }[];
	/** Path of the transcript of this run. */
	readonly transcript: string;
	/** Whether paths of this machine mean something to the executor. */
	readonly sharesFiles: boolean;
	/** Ends everything and waits for it. May be called twice. */
	close(): Promise<void>;
}

/**
 * Starts the embedded executor, or connects to the configured one; both speak the same wire.
 *
 * @param session - `token`: for a remote executor that asks for one.
 * @throws {AppError} `EXECUTOR_UNREACHABLE`, `EXECUTOR_NONSENSE`, `FILE_WRITE_FAILED` (the transcript).
 */
export async function openExecutor(
	config: Config,
	{ run, token }: { readonly run: RunId; readonly token: string | null },
	host: Host,
): Promise<OpenExecutor> {
	const transcript = openTranscript(resolve(config.transcripts), {
		run,
		writer: config.executor === null ? 'executor' : 'client',
		tool: TOOL,
		clock: host.clock,
	});
	const evidence = createTranscriptEvidence(transcript.path, transcript.startOffset, nodeSignatures);
	const common = { evidence, transcript: relative('', transcript.path) };
	try {
		const session =
			config.executor === null
				? await startEmbedded(config, transcript.sink, host)
				: await connectRemote(config.executor, { transcript: transcript.sink, token }, host);
		return {
			...common,
			...session,
			async close() {
				await session.close();
				transcript.close();
			},
		};
	} catch (error) {
		transcript.close();
		throw error;
	}
}

/** Names the embedded executor in messages; it is reached from inside this process alone. */
const EMBEDDED_URL = `ws://embedded${WIRE_PATHS[0]}`;

type Session = Omit<OpenExecutor, 'evidence' | 'transcript'>;

async function startEmbedded(config: Config, transcript: TranscriptSink, host: Host): Promise<Session> {
	const { createExecutor } = await import('../executor/executor.ts');
	const { createNodeProcesses } = await import('../host/node-processes.ts');
	const processes = createNodeProcesses();
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

async function connectRemote(
	url: string,
	{ transcript, token }: { readonly transcript: TranscriptSink; readonly token: string | null },
	host: Host,
): Promise<Session> {
	const client = await connectExecutor(url, { ...host, transcript }, token === null ? {} : { token });
	const { publicKey, capabilities } = client.server;
	// Without `subject` it can't say which step it signed for.
	const signs = publicKey !== null && capabilities.has('attestation') && capabilities.has('subject');
	return {
		client,
		key: signs ? { publicKey, clockToleranceMs: CLOCK_TOLERANCE_MS } : null,
		warnings: [],
		description: { kind: 'remote', url, version: client.server.version },
		sharesFiles: isLoopback(url),
		close: () => client.close(),
	};
}

/** What clocks of two machines may differ without an attestation being doubted; the marker alone keeps replays out. */
const CLOCK_TOLERANCE_MS = 300_000;

/** An executor on this machine sees our folders; one elsewhere has its own. */
const isLoopback = (url: string): boolean => /^wss?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/.test(url);
