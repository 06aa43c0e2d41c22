import { AppError } from '../core/errors.ts';
import type { ServerError } from '../protocol/decode-server-message.ts';
import { WIRE_PATHS } from '../protocol/limits.ts';

/** What went wrong while connecting. */
export type ConnectTrouble =
	| { readonly kind: 'error'; readonly cause: Error }
	/** The handshake was answered with this HTTP status. */
	| { readonly kind: 'status'; readonly status: number }
	/** Nothing answered at all. */
	| { readonly kind: 'timeout'; readonly timeoutMs: number }
	/** The handshake went through, and no `connected` came. */
	| { readonly kind: 'silent'; readonly timeoutMs: number }
	| { readonly kind: 'nonsense'; readonly reason: string };

const START_ADVICE = 'Start an executor there (verify serve), or leave --executor out to use the embedded one';
const PATH_ADVICE = `Use the executor's path, such as ws://127.0.0.1:8003${WIRE_PATHS[0]}`;
const TOKEN_ADVICE = 'Give the token that the executor was started with';

/** Says why an executor could not be reached: whether nothing is there, or something that is no executor. */
export function connectError(url: string, trouble: ConnectTrouble): AppError {
	const failure = (
		code: 'EXECUTOR_UNREACHABLE' | 'EXECUTOR_NONSENSE',
		state: string,
		advice: string,
		cause?: unknown,
	) => new AppError(code, `Cannot use the executor at ${url}: ${state}`, { advice, cause, data: { url } });
	switch (trouble.kind) {
		case 'timeout':
			return failure('EXECUTOR_UNREACHABLE', `no answer within ${trouble.timeoutMs} ms`, START_ADVICE);
		case 'silent': {
			const state = `it sent no \`connected\` within ${trouble.timeoutMs} ms, so it is no executor`;
			return failure('EXECUTOR_NONSENSE', state, PATH_ADVICE);
		}
		case 'status': {
			if (trouble.status === 401) {
				return failure('EXECUTOR_UNREACHABLE', 'it demands a token, and ours was missing or wrong', TOKEN_ADVICE);
			}
			const hint = trouble.status === 403 || trouble.status === 404 ? ', its path is wrong or we may not connect' : '';
			return failure(
				'EXECUTOR_UNREACHABLE',
				`it answered HTTP ${trouble.status} instead of a WebSocket${hint}`,
				PATH_ADVICE,
			);
		}
		case 'nonsense':
			return failure('EXECUTOR_NONSENSE', trouble.reason, PATH_ADVICE);
		case 'error':
			return isForeign(trouble.cause)
				? failure(
						'EXECUTOR_NONSENSE',
						`no WebSocket server is there: ${trouble.cause.message}`,
						PATH_ADVICE,
						trouble.cause,
					)
				: failure('EXECUTOR_UNREACHABLE', reasonOf(trouble.cause), START_ADVICE, trouble.cause);
	}
}

/** Turns an executor's error answer into ours. */
export function refusedError(url: string, error: ServerError): AppError {
	const data = { url, code: error.code, name: error.name, message: error.message };
	if (error.name === 'SPAWN_FAILED') return new AppError('SPAWN_FAILED', error.message, { data });
	return new AppError('EXECUTOR_REFUSED', `The executor refused: ${error.message} (${error.code})`, { data });
}

/** The parser of HTTP, or ws's of the handshake, met something else. */
function isForeign(cause: Error): boolean {
	const code = codeOf(cause);
	return code.startsWith('HPE_') || (code === '' && !('errors' in cause)) || code.startsWith('WS_ERR_');
}

function reasonOf(cause: Error): string {
	const code = codeOf(cause);
	if (code === 'ECONNREFUSED') return 'the connection was refused, nothing listens there';
	if (code === 'ENOENT') return 'there is no such socket';
	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known';
	return cause.message || code;
}

/** Several addresses that were tried one after the other come as one error of errors. */
function codeOf(cause: Error): string {
	if ('code' in cause && typeof cause.code === 'string') return cause.code;
	if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return codeOf(cause.errors[0]);
	return '';
}
