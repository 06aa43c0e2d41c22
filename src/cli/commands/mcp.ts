import { once } from 'node:events';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { listenForInterrupts } from '../interrupts.ts';
import { type Invocation, outliveReader } from '../io.ts';
import { createMcpServer } from '../mcp/server.ts';

/** `verify mcp`: serves the Model Context Protocol over stdin and stdout until the client goes away. Nothing else writes to stdout. */
export async function mcp({ options, io }: Invocation): Promise<number> {
	const interrupts = listenForInterrupts(() =>
		io.err('verify: interrupted, cancelling what runs (once more to kill it)'),
	);
	const { server, end } = createMcpServer(io, { isOutsideAllowed: options.allowOutside === true });
	const gone = new Promise<void>((resolve) => {
		// The transport does not tell the end of its input, which is how clients say goodbye.
		for (const event of ['end', 'close', 'error']) process.stdin.once(event, () => resolve());
		server.onclose = () => resolve();
		interrupts.signal.addEventListener('abort', () => resolve(), { once: true });
	});
	try {
		outliveReader(process.stdout);
		await server.connect(new StdioServerTransport());
		io.err(`verify: MCP server, working directory ${io.cwd}`);
		await gone;
		await end();
		if (process.stdout.writableNeedDrain)
			await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]);
		return interrupts.exitCode() ?? 0;
	} finally {
		interrupts.stop();
		process.stdin.destroy();
	}
}
