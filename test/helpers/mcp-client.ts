import { resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Sandbox } from './verify-cli.ts';

/** The official client, and a real `verify mcp` behind it. */
export interface McpSession extends AsyncDisposable {
	readonly client: Client;
	/** Of the server. */
	readonly pid: number;
	/** What the server printed on stderr so far. */
	stderr(): string;
	/** What came on stdout and was no message of the protocol. */
	readonly errors: readonly Error[];
}

/** Starts a server in the folder of a sandbox, and connects a client to it. */
export async function openMcpSession(sandbox: Sandbox, ...args: readonly string[]): Promise<McpSession> {
	const transport = new StdioClientTransport({
		command: process.execPath,
		args: [resolve('dist/verify.js'), 'mcp', ...args],
		cwd: sandbox.folder,
		stderr: 'pipe',
		env: {
			PATH: process.env.PATH ?? '',
			HOME: sandbox.folder,
			VERIFY_TEST_SANDBOX: sandbox.folder,
			XDG_STATE_HOME: sandbox.path('.state'),
		},
	});
	let stderr = '';
	transport.stderr?.on('data', (chunk: Buffer) => {
		stderr += chunk.toString();
	});
	const client = new Client({ name: 'test', version: '1' });
	const errors: Error[] = [];
	client.onerror = (error) => void errors.push(error);
	await client.connect(transport);
	// The client holds tools to their output schemas once it has seen them.
	await client.listTools();
	return {
		client,
		pid: transport.pid ?? 0,
		stderr: () => stderr,
		errors,
		[Symbol.asyncDispose]: () => client.close(),
	};
}
