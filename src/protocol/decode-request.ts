import * as v from 'valibot';
import { parseJson } from './json.ts';
import { LIMITS } from './limits.ts';
import { METHOD_PARAMS, type Method, type MethodParams } from './messages.ts';
import { createFailure, createRpcError, type RpcAnswer, type RpcId } from './rpc.ts';

/** A request that may be served: its method is known and its parameters are checked. */
export type Call = {
	[M in Method]: { readonly method: M; readonly params: MethodParams<M>; readonly id: RpcId };
}[Method];

/** What one message of a batch, or the only one, is: a call, the answer to give at once, or nothing to do. */
export type Incoming =
	| { readonly kind: 'call'; readonly call: Call }
	| { readonly kind: 'answer'; readonly answer: RpcAnswer }
	| { readonly kind: 'nothing' };

/** What a text from a client is. */
export type DecodedRequest =
	| { readonly kind: 'single'; readonly message: Incoming }
	| { readonly kind: 'batch'; readonly messages: readonly Incoming[] };

/** Methods of the first executor: its clients may wait for an answer although they gave no `id`. */
const ALWAYS_ANSWERED: readonly Method[] = ['execute', 'control', 'hook_status'];

/** Whether a request gets an answer: JSON-RPC answers none without an `id`, the first executor answered them all. */
export const isAnswered = ({ method, id }: Pick<Call, 'method' | 'id'>): boolean =>
	id !== undefined || ALWAYS_ANSWERED.includes(method);

/**
 * Reads a text that a client sent; never throws, whatever the text.
 *
 * As the first executor did, a missing `jsonrpc` is served, and its methods are answered also without `id`.
 *
 * @returns Calls to serve, and the JSON-RPC errors to answer with.
 * @see https://www.jsonrpc.org/specification
 */
export function decodeRequest(text: string): DecodedRequest {
	const parsed = parseJson(text);
	if (!parsed.isOk) return single(refuse(null, 'RPC_PARSE', `Parse error: ${parsed.reason}`));
	const { value } = parsed;
	if (!Array.isArray(value)) return single(decodeMessage(value));
	if (value.length === 0) return single(refuse(null, 'RPC_INVALID_REQUEST', 'Invalid request: the batch is empty'));
	if (value.length > LIMITS.batchSize) {
		const reason = `Invalid request: the batch holds ${value.length} requests, at most ${LIMITS.batchSize} are served`;
		return single(refuse(null, 'RPC_INVALID_REQUEST', reason));
	}
	return { kind: 'batch', messages: value.map(decodeMessage) };
}

const single = (message: Incoming): DecodedRequest => ({ kind: 'single', message });

const refuse = (id: RpcId, ...error: Parameters<typeof createRpcError>): Incoming => ({
	kind: 'answer',
	answer: createFailure(id, createRpcError(...error)),
});

function decodeMessage(value: unknown): Incoming {
	if (!isRecord(value)) {
		return refuse(null, 'RPC_INVALID_REQUEST', `Invalid request: expected an object, got ${nameOf(value)}`);
	}
	const { id, method } = value;
	if (!isRpcId(id)) {
		return refuse(null, 'RPC_INVALID_REQUEST', 'Invalid request: id is neither a string, a finite number nor null');
	}
	if (method === undefined && ('result' in value || 'error' in value)) return { kind: 'nothing' };
	if (typeof method !== 'string') {
		return refuse(id ?? null, 'RPC_INVALID_REQUEST', `Invalid request: method is ${nameOf(method)}, expected a string`);
	}
	if (!isMethod(method)) {
		if (id === undefined) return { kind: 'nothing' };
		return refuse(id, 'RPC_UNKNOWN_METHOD', `Unknown method: ${method.slice(0, 100)}`);
	}
	return decodeCall(method, value.params ?? {}, id);
}

function decodeCall<M extends Method>(method: M, params: unknown, id: RpcId): Incoming {
	// JSON-RPC knows parameters by position too; ours have names alone.
	if (Array.isArray(params)) {
		const reason = 'Invalid type: Expected Object but received Array';
		return isAnswered({ method, id }) ? refuseParams(id, '', reason) : { kind: 'nothing' };
	}
	const checked = v.safeParse(METHOD_PARAMS[method], params, { abortPipeEarly: true });
	if (checked.success) {
		// The table pairs each method with its parameters; TypeScript can't follow the pair through the lookup.
		return { kind: 'call', call: { method, params: checked.output, id } as Call };
	}
	if (!isAnswered({ method, id })) return { kind: 'nothing' };
	const [issue] = checked.issues;
	return refuseParams(id, v.getDotPath(issue) ?? '', issue.message.slice(0, 200));
}

const refuseParams = (id: RpcId, path: string, reason: string): Incoming =>
	refuse(id, 'RPC_INVALID_PARAMS', `Invalid params: ${path === '' ? '' : `${path}: `}${reason}`, { path, reason });

const isMethod = (name: string): name is Method => Object.hasOwn(METHOD_PARAMS, name);

const isRpcId = (value: unknown): value is RpcId =>
	value === undefined || value === null || typeof value === 'string' || Number.isFinite(value);

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function nameOf(value: unknown): string {
	if (value === null) return 'null';
	if (value === undefined) return 'missing';
	return Array.isArray(value) ? 'array' : typeof value;
}
