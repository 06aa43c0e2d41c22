import { resolve } from 'node:path';
import { parseDuration } from '../../core/durations.ts';
import { AppError } from '../../core/errors.ts';
import { createRunId } from '../../core/ids.ts';
import { createExecutor } from '../../executor/executor.ts';
import { createNodeProcesses } from '../../host/node-processes.ts';
import { openTranscript } from '../../transcript/open-transcript.ts';
import { createHost } from '../create-host.ts';
import { listenForInterrupts } from '../interrupts.ts';
import type { Invocation } from '../io.ts';
import { TOOL } from '../version.ts';

/** `verify serve`: an executor in the foreground until Ctrl-C or SIGTERM; then nothing it ran is left. */
export async function serve({ options, io }: Invocation): Promise<number> {
	const port = readPort(options.port);
	const hostName = String(options.host ?? '127.0.0.1');
	const graceMs = readGrace(options.grace);
	const host = createHost();
	const transcript = openTranscript(resolve(String(options.transcripts ?? 'transcripts')), {
		run: createRunId(host.clock, host.random),
		writer: 'executor',
		tool: TOOL,
		clock: host.clock,
	});
	const processes = createNodeProcesses();
	const executor = createExecutor({ ...host, processes, transcript: transcript.sink }, { graceMs });
	const stopped = new Promise<void>((resolve) => {
		listenForInterrupts(() => {
			io.err('verify: stopping, ending what runs (once more to kill it)');
			resolve();
		});
	});
	try {
		const url = await executor.listen({ host: hostName, port });
		io.out(url);
		io.err(`verify: executor listens on ${url}, transcript ${transcript.path}`);
		await stopped;
		return 0;
	} finally {
		await executor.close();
		processes.close();
		transcript.close();
	}
}

function readPort(value: unknown): number {
	const port = Number(value ?? 8003);
	if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
	throw new AppError('USAGE', `Cannot listen on port ${String(value)}`, {
		advice: 'Give a number from 0 (any free port) to 65535',
	});
}

function readGrace(value: unknown): number {
	const ms = parseDuration(String(value ?? '5s'));
	if (ms !== null) return ms;
	throw new AppError('USAGE', `Cannot use --grace ${String(value)}`, {
		advice: 'Give a number with its unit, such as 500ms or 5s',
	});
}
