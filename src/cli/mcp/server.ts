import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import { ERRORS, isAppError } from '../../core/errors.ts';
import type { Io } from '../io.ts';
import { VERSION } from '../version.ts';
import { auditTool } from './audit-tool.ts';
import { explainTool } from './explain-tool.ts';
import { findMarkerTool } from './find-marker-tool.ts';
import { gateTool } from './gate-tool.ts';
import { runTool } from './run-tool.ts';
import { showTool } from './show-tool.ts';
import type { Tool, ToolContext } from './tool.ts';

/** Every tool, in the order of their use. */
export const TOOLS: readonly Tool[] = [runTool, explainTool, showTool, gateTool, findMarkerTool, auditTool];

/** Told to the model once, when the client connects. */
const INSTRUCTIONS = [
	'Verifies markdown prompts: each carries steps with a command and an expectation, and a count of successes and failures.',
	'The loop: verify_run; if a step did not pass, verify_explain, mend the implementation, verify_run again; once everything passed, verify_gate.',
	'Never edit counts, ratio, ledger (.ledger/) or graduation mark by hand, and never say that a step passed unless verify_run said so.',
].join('\n');

/** A server and what it is doing. */
export interface McpServer {
	readonly server: Server;
	/** Cancels every call, and waits until the runs among them have ended and written what they have. */
	end(): Promise<void>;
}

/** Creates the server; whoever creates it connects it, and ends it. */
export function createMcpServer(io: Io, { isOutsideAllowed }: { readonly isOutsideAllowed: boolean }): McpServer {
	const ending = new AbortController();
	const calls = new Set<Promise<unknown>>();
	const server = new Server(
		{ name: 'verify', title: 'verify', version: VERSION },
		{ capabilities: { tools: {} }, instructions: INSTRUCTIONS },
	);
	server.onerror = (error) => io.err(`verify: ${error.message}`);
	server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: TOOLS.map(describeTool) }));
	server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
		const tool = TOOLS.find(({ name }) => name === params.name);
		if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, `Unknown tool "${params.name}"`);
		const progressToken = params._meta?.progressToken;
		const context: ToolContext = {
			io,
			signal: AbortSignal.any([extra.signal, ending.signal]),
			isOutsideAllowed,
			tellProgress(progress) {
				if (progressToken === undefined || extra.signal.aborted) return;
				// A client that went away is told so by its signal, not here.
				extra
					.sendNotification({ method: 'notifications/progress', params: { progressToken, ...progress } })
					.catch(() => {});
			},
		};
		const call = answer(tool, params.arguments, context);
		calls.add(call);
		try {
			return await call;
		} finally {
			calls.delete(call);
		}
	});
	return {
		server,
		async end() {
			ending.abort();
			await Promise.allSettled(calls);
			await server.close();
		},
	};
}

const describeTool = ({ name, title, description, inputSchema, outputSchema, isReadOnly }: Tool) => ({
	name,
	title,
	description,
	inputSchema,
	outputSchema,
	annotations: { readOnlyHint: isReadOnly, destructiveHint: false, openWorldHint: !isReadOnly },
});

async function answer(tool: Tool, args: unknown, context: ToolContext) {
	try {
		const { text, structured } = await tool.call(args, context);
		return { content: [{ type: 'text' as const, text }], structuredContent: { ...structured } };
	} catch (error) {
		return toToolError(error, context.io);
	}
}

/** A tool that can't do its work says why and what to do next; the fields for programs stand in `_meta`. */
function toToolError(error: unknown, io: Io) {
	if (!isAppError(error)) io.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
	const code = isAppError(error) ? error.code : 'BROKEN_INVARIANT';
	const message = error instanceof Error ? error.message : String(error);
	const advice = isAppError(error) ? (error.advice ?? null) : 'This is a bug of verify, please report it';
	const text = [`${message} [${code}]`, ...(advice === null ? [] : [`next: ${advice}`])].join('\n');
	return {
		isError: true,
		content: [{ type: 'text' as const, text }],
		_meta: { 'tenfold/error': { code, message, advice, exitCode: ERRORS[code].exit } },
	};
}
