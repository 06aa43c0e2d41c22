/** Who acts on an error: the user, the machine's owner, or we. */
export type ErrorKind = 'user' | 'environment' | 'internal';

/** What an error code stands for. */
export interface ErrorSpec {
	readonly kind: ErrorKind;
	/** Exit code of the process that ends with it. */
	readonly exit: number;
	/** JSON-RPC error code, where the error crosses the wire. */
	readonly wire?: number;
}

/** Every error code; `docs/errors.md` has a heading for each. */
export const ERRORS = {
	USAGE: { kind: 'user', exit: 2 },
	CONFIG_INVALID: { kind: 'user', exit: 2 },
	PROMPT_INVALID: { kind: 'user', exit: 2 },
	FILE_MISSING: { kind: 'user', exit: 2 },
	FILE_NOT_A_FILE: { kind: 'user', exit: 2 },
	FILE_UNREADABLE: { kind: 'user', exit: 2 },
	FILE_NOT_UTF8: { kind: 'user', exit: 2 },
	FILE_EXISTS: { kind: 'user', exit: 2 },
	REPORT_INVALID: { kind: 'user', exit: 2 },
	ACCEPT_REFUSED: { kind: 'user', exit: 2 },
	FILE_READ_ONLY: { kind: 'environment', exit: 3 },
	FILE_WRITE_FAILED: { kind: 'environment', exit: 3 },
	LEDGER_NEWER: { kind: 'environment', exit: 3 },
	LEDGER_BROKEN: { kind: 'user', exit: 6 },
	NOTHING_SELECTED: { kind: 'user', exit: 5 },
	SPAWN_FAILED: { kind: 'environment', exit: 3, wire: -32004 },
	EXECUTOR_UNREACHABLE: { kind: 'environment', exit: 3 },
	EXECUTOR_LOST: { kind: 'environment', exit: 3 },
	EXECUTOR_REFUSED: { kind: 'environment', exit: 3 },
	EXECUTOR_NONSENSE: { kind: 'environment', exit: 3 },
	CONTROL_FAILED: { kind: 'environment', exit: 3 },
	PORT_IN_USE: { kind: 'environment', exit: 3 },
	SEARCH_FAILED: { kind: 'environment', exit: 3 },
	RPC_PARSE: { kind: 'user', exit: 3, wire: -32700 },
	RPC_INVALID_REQUEST: { kind: 'user', exit: 3, wire: -32600 },
	RPC_UNKNOWN_METHOD: { kind: 'user', exit: 3, wire: -32601 },
	RPC_INVALID_PARAMS: { kind: 'user', exit: 3, wire: -32602 },
	SESSION_LIMIT: { kind: 'environment', exit: 3, wire: -32001 },
	COMMAND_REFUSED: { kind: 'user', exit: 3, wire: -32002 },
	NO_PROCESS: { kind: 'user', exit: 3, wire: -32003 },
	BROKEN_INVARIANT: { kind: 'internal', exit: 70, wire: -32603 },
} as const satisfies Record<string, ErrorSpec>;

/** One of the codes of {@link ERRORS}. */
export type ErrorCode = keyof typeof ERRORS;

/** What an {@link AppError} carries beside its message. */
export interface AppErrorOptions {
	/** What was caught; kept as `cause`. */
	readonly cause?: unknown;
	/** The facts of the message, for programs. */
	readonly data?: Readonly<Record<string, unknown>>;
	/** What to do next, one imperative sentence; shown on a line of its own. */
	readonly advice?: string;
}

/** The operation cannot go on. Callers branch on `code`, people read `message`. */
export class AppError extends Error {
	override readonly name = 'AppError';
	readonly code: ErrorCode;
	readonly data: Readonly<Record<string, unknown>>;
	readonly advice: string | undefined;

	constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.data = options.data ?? {};
		this.advice = options.advice;
	}
}

/**
 * Tells our errors from bugs and foreign ones, also across two copies of this module.
 *
 * @returns True when the value is an error with a code of {@link ERRORS}.
 */
export const isAppError = (value: unknown): value is AppError =>
	value instanceof Error && 'code' in value && typeof value.code === 'string' && Object.hasOwn(ERRORS, value.code);
