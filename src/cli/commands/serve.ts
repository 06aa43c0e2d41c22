import { resolve } from 'node:path';
import { resolveServeConfig, type ServeConfig } from '../../config/resolve-serve-config.ts';
import { AppError } from '../../core/errors.ts';
import { createRunId } from '../../core/ids.ts';
import { createExecutor } from '../../executor/executor.ts';
import { makeFolders } from '../../host/make-folders.ts';
import { createNodeProcesses } from '../../host/node-processes.ts';
import { openTranscript } from '../../transcript/open-transcript.ts';
import { createHost } from '../create-host.ts';
import { listenForInterrupts } from '../interrupts.ts';
import type { Invocation, Io } from '../io.ts';
import { openService } from '../open-service.ts';
import { toServeFlags } from '../parse-argv.ts';
import { TOOL } from '../version.ts';

/** `verify serve`: an executor in the foreground until Ctrl-C or SIGTERM; then nothing it ran is left. */
export async function serve({ options, io }: Invocation): Promise<number> {
	const config = loadServeConfig(options, io);
	const host = createHost();
	const transcript = openTranscript(resolve(config.transcripts), {
		run: createRunId(host.clock, host.random),
		writer: 'executor',
		tool: TOOL,
		clock: host.clock,
		makeFolders,
	});
	await using service = await openService(config, io, host.clock);
	const { log, doorkeeper, guard, observer, signer } = service;
	const processes = createNodeProcesses();
	const executor = createExecutor(
		{ ...host, processes, transcript: transcript.sink, guard, observer, ...(signer ? { signer } : {}) },
		service.executorOptions,
	);
	const stopped = new Promise<void>((resolve) => {
		listenForInterrupts(
			() => {
				log('info', 'stopping, ending what runs (once more to kill it)');
				resolve();
			},
			{ onHangup: service.reopenAudit },
		);
	});
	try {
		const url = await executor.listen({ host: config.host, port: config.port, ...doorkeeper });
		io.out(url);
		log('info', `executor listens on ${url}`, { transcript: transcript.path });
		await stopped;
		if (!(await executor.drain(config.drain))) log('warn', 'ending executions that still run');
		return 0;
	} finally {
		await executor.close();
		processes.close();
		transcript.close();
	}
}

function loadServeConfig(options: Invocation['options'], io: Io): ServeConfig {
	const resolved = resolveServeConfig({ env: io.env, flags: toServeFlags(options) });
	if ('config' in resolved) return resolved.config;
	const lines = resolved.issues.map(({ origin, message, advice }) => `\n  ${origin}: ${message}. ${advice}`);
	throw new AppError('USAGE', `Cannot serve like this:${lines.join('')}`, { data: { issues: resolved.issues } });
}
