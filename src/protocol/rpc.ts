import { ERRORS, type ErrorCode } from '../core/errors.ts';

/** The id of a request, given back exactly as it came; `undefined`: there was none, and the answer carries none. */
export type RpcId = string | number | null | undefined;

/** The error of a failed request. `data` is always there, as the first executor's clients know it. */
export interface RpcError {
	readonly code: number;
	readonly message: string;
	readonly data: Readonly<Record<string, unknown>> | null;
}

/** An answer to one request. */
export type RpcAnswer =
	| {
			readonly jsonrpc: '2.0';
			readonly result: Readonly<Record<string, unknown>>;
			readonly id?: string | number | null;
	  }
	| { readonly jsonrpc: '2.0'; readonly error: RpcError; readonly id?: string | number | null };

/** A code of ours that has a number on the wire. */
export type WireErrorCode = {
	[C in ErrorCode]: (typeof ERRORS)[C] extends { readonly wire: number } ? C : never;
}[ErrorCode];

/** Makes the error of an answer; `data.code` is our name of the number. */
export const createRpcError = (code: WireErrorCode, message: string, data: Record<string, unknown> = {}): RpcError => ({
	code: ERRORS[code].wire,
	message,
	data: { code, ...data },
});

/** Makes the answer to a request that succeeded. */
export const createResult = (id: RpcId, result: Readonly<Record<string, unknown>>): RpcAnswer => ({
	jsonrpc: '2.0',
	result,
	...(id === undefined ? {} : { id }),
});

/** Makes the answer to a request that failed. */
export const createFailure = (id: RpcId, error: RpcError): RpcAnswer => ({
	jsonrpc: '2.0',
	error,
	...(id === undefined ? {} : { id }),
});
