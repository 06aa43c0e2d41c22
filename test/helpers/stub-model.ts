import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that the stand-in makes, one a turn; `{{task}}` in its input becomes the id of the task that was started in the background. */
export interface PlannedCall {
	/** `Bash`, `Read`, `Agent`, … */
	readonly tool: string;
	readonly input: Readonly<Record<string, unknown>>;
}

/** A model's API without a model. */
export interface StubModel extends AsyncDisposable {
	/** What `ANTHROPIC_BASE_URL` is to be. */
	readonly url: string;
	/** Names of the tools that were offered so far. */
	readonly tools: ReadonlySet<string>;
}

const PLAN = /PLAN:([A-Za-z0-9_-]+)/;

/**
 * Writes what the stand-in is asked to do as one word for a prompt. It makes the calls in order, one a turn, and ends with a sentence.
 * The word has no quotes and no blanks, so it fits into any shell line and, for a subagent, into another plan.
 */
export const planFor = (...calls: readonly PlannedCall[]): string =>
	`PLAN:${Buffer.from(JSON.stringify(calls)).toString('base64url')}`;

/**
 * Starts a stand-in for the model's API on a free port of this machine, so that a real client runs without network and key. It keeps no
 * state: the newest plan in the conversation and the results behind it tell what comes next.
 */
export async function startStubModel(): Promise<StubModel> {
	const tools = new Set<string>();
	let serial = 0;
	const server = createServer(async (request, response) => {
		const path = request.url ?? '';
		if (path.includes('count_tokens')) return sendJson(response, { input_tokens: 10 });
		if (!path.startsWith('/v1/messages')) return void response.writeHead(404).end('{}');
		const body = JSON.parse(await readBody(request)) as ModelRequest;
		for (const { name } of body.tools ?? []) tools.add(name);
		serial += 1;
		answer(response, body, `${process.pid}x${serial}`);
	});
	await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		tools,
		[Symbol.asyncDispose]: () =>
			new Promise((settle) => {
				server.close(() => settle());
				server.closeAllConnections();
			}),
	};
}

interface Block {
	readonly type: string;
	readonly text?: string;
}

interface ModelRequest {
	readonly model: string;
	readonly stream?: boolean;
	readonly tools?: readonly { readonly name: string }[];
	readonly messages: readonly { readonly role: string; readonly content: string | readonly Block[] }[];
}

function nextCall({ messages }: ModelRequest): PlannedCall | undefined {
	const at = messages.findLastIndex((message) => message.role === 'user' && PLAN.test(textOf(message.content)));
	if (at === -1) return undefined;
	const [, plan = ''] = PLAN.exec(textOf(messages[at]?.content ?? '')) ?? [];
	const calls = JSON.parse(Buffer.from(plan, 'base64url').toString()) as readonly PlannedCall[];
	const results = messages.slice(at).flatMap(({ content }) => (typeof content === 'string' ? [] : content));
	const call = calls[results.filter(({ type }) => type === 'tool_result').length];
	if (call === undefined) return undefined;
	// The client names a task only once it has started it.
	const task = /running in background with ID: (\w+)/.exec(JSON.stringify(results))?.[1] ?? '';
	return JSON.parse(JSON.stringify(call).replaceAll('{{task}}', task)) as PlannedCall;
}

/** Only text that was typed: a result may hold a plan too, that of a subagent. */
const textOf = (content: string | readonly Block[]): string =>
	typeof content === 'string' ? content : content.map(({ type, text }) => (type === 'text' ? text : '')).join('\n');

function answer(response: ServerResponse, request: ModelRequest, id: string): void {
	const call = nextCall(request);
	const block = call
		? { type: 'tool_use', id: `toolu_${id}`, name: call.tool, input: call.input }
		: { type: 'text', text: 'That was all.' };
	const stop = call ? 'tool_use' : 'end_turn';
	const usage = { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
	const message = { id: `msg_${id}`, type: 'message', role: 'assistant', model: request.model, usage };
	if (request.stream !== true) {
		sendJson(response, { ...message, content: [block], stop_reason: stop, stop_sequence: null });
		return;
	}
	response.writeHead(200, { 'content-type': 'text/event-stream' });
	const send = (type: string, data: object): unknown =>
		response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
	send('message_start', { message: { ...message, content: [], stop_reason: null, stop_sequence: null } });
	send('content_block_start', {
		index: 0,
		content_block: call ? { ...block, input: {} } : { type: 'text', text: '' },
	});
	send('content_block_delta', {
		index: 0,
		delta: call
			? { type: 'input_json_delta', partial_json: JSON.stringify(call.input) }
			: { type: 'text_delta', text: block.text },
	});
	send('content_block_stop', { index: 0 });
	send('message_delta', { delta: { stop_reason: stop, stop_sequence: null }, usage });
	send('message_stop', {});
	response.end();
}

async function readBody(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
}

const sendJson = (response: ServerResponse, value: object): void =>
	void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
