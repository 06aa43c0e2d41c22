import { relative, resolve } from 'node:path';
import type { ExecutorClient } from '../client/client.ts';
import { connectExecutor } from '../client/connect-executor.ts';
import type { Config } from '../config/config.ts';
import type { RunId } from '../core/ids.ts';
import type { TranscriptSink } from '../core/transcript-records.ts';
import { makeFolders } from '../host/make-folders.ts';
import { nodeSignatures } from '../host/node-signatures.ts';
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

/** What an executor is opened for. */
export interface ExecutorUse {
	readonly run: RunId;
	/** For a remote executor that asks for one. */
	readonly token: string | null;
	/** More than one command is going to run. */
	readonly hasMany?: boolean;
}

/** What is of one kind of executor alone. */
export type ExecutorSession = Omit<OpenExecutor, 'evidence' | 'transcript'>;

/**
 * Starts the embedded executor, or connects to the configured one; both speak the same wire.
 *
 * @throws {AppError} `EXECUTOR_UNREACHABLE`, `EXECUTOR_NONSENSE`, `FILE_WRITE_FAILED` (the transcript).
 */
export async function openExecutor(
	config: Config,
	{ run, token, hasMany = false }: ExecutorUse,
	host: Host,
): Promise<OpenExecutor> {
	const transcript = openTranscript(resolve(config.transcripts), {
		run,
		writer: config.executor === null ? 'executor' : 'client',
		tool: TOOL,
		clock: host.clock,
		makeFolders,
	});
	const evidence = createTranscriptEvidence(transcript.path, transcript.startOffset, nodeSignatures);
	const common = { evidence, transcript: relative('', transcript.path) };
	try {
		const session = await openSession(config, { transcript: transcript.sink, token, hasMany }, host);
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

interface SessionUse extends Pick<Required<ExecutorUse>, 'token' | 'hasMany'> {
	readonly transcript: TranscriptSink;
}

async function openSession(
	config: Config,
	{ transcript, token, hasMany }: SessionUse,
	host: Host,
): Promise<ExecutorSession> {
	if (config.executor !== null) return connectRemote(config.executor, { transcript, token }, host);
	const { startEmbedded } = await import('./start-embedded.ts');
	return startEmbedded(config, { transcript, hasMany }, host);
}

async function connectRemote(
	url: string,
	{ transcript, token }: { readonly transcript: TranscriptSink; readonly token: string | null },
	host: Host,
): Promise<ExecutorSession> {
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
