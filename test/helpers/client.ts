import { createHash } from 'node:crypto';
import type { ExecutorClient, OutputChunk } from '../../src/client/client.ts';
import { connectExecutor } from '../../src/client/connect-executor.ts';
import { AppError } from '../../src/core/errors.ts';
import { createExecutionId, createMarker } from '../../src/core/ids.ts';
import type { TranscriptRecord } from '../../src/core/transcript-records.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { nodeRandom } from '../../src/host/node-random.ts';
import { rejection } from './suite.ts';

const host = { clock: nodeClock, hashes: nodeHashes };
/** What a test may set of a client. */
export interface TestClientOptions {
	/** Gets what the client writes into its transcript. */
	readonly records?: TranscriptRecord[];
	readonly connectTimeoutMs?: number;
}

/** A fresh execution id and marker. */
export const ids = () => ({
	executionId: createExecutionId(nodeClock, nodeRandom),
	marker: createMarker('test', nodeClock, nodeRandom),
});

/** Connects a real client that waits for the end of a canceled base execution for 200 ms. */
export function connect(url: string, { records, ...options }: TestClientOptions = {}): Promise<ExecutorClient> {
	const transcript = { append: (record: TranscriptRecord) => void records?.push(record) };
	return connectExecutor(url, records ? { ...host, transcript } : host, { cancelWaitMs: 200, ...options });
}

/** Runs a command to its end. */
export async function run(client: ExecutorClient, command: string, extra: object = {}) {
	const chunks: OutputChunk[] = [];
	const execution = await client.execute({ ...ids(), command, ...extra }, (chunk) => void chunks.push(chunk));
	const end = await execution.completed;
	const textOf = (stream: string): string =>
		chunks.flatMap((chunk) => (chunk.stream === stream ? chunk.text : [])).join('');
	return { end, execution, chunks, stdout: textOf('stdout'), stderr: textOf('stderr') };
}

/** 64 hex digits. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Waits for a promise to reject with an error of ours. */
export const errorOf = async (promise: Promise<unknown>): Promise<AppError> => {
	const error = await rejection(promise);
	if (!(error instanceof AppError)) throw new Error(`Not an AppError: ${String(error)}`);
	return error;
};
