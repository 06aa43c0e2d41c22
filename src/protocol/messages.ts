import * as v from 'valibot';
import { LIMITS } from './limits.ts';

/** Optional, and `null` stands for absent: clients of the first executor send `null` for what they don't set. */
const maybe = <const S extends v.GenericSchema>(schema: S) => v.nullish(schema);

const noNul = v.check((text: string) => !text.includes('\0'), 'Invalid text: Expected no NUL character');
const text = v.pipe(v.string(), noNul);
const name = v.pipe(text, v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const streamName = v.picklist(['stdout', 'stderr']);
const executionId = v.pipe(
	v.string(),
	v.minLength(1),
	v.maxLength(LIMITS.idLength),
	v.regex(/^[^\0-\x1f\x7f]*$/, 'Invalid execution id: Expected no control characters'),
);
const marker = v.pipe(
	v.string(),
	v.maxLength(LIMITS.idLength),
	v.regex(/^[A-Za-z0-9_]+$/, 'Invalid marker: Expected letters, digits and _'),
);
const variableName = v.pipe(
	v.string(),
	v.regex(/^[^=\0]+$/, 'Invalid variable name: Expected at least one character, none of them = or NUL'),
);

/** Parameters of each method of the executor, by its name. Extra fields are ignored. */
export const METHOD_PARAMS = {
	execute: v.object({
		command: text,
		execution_id: maybe(executionId),
		cwd: maybe(name),
		env: maybe(v.record(variableName, text)),
		stdin: maybe(v.string()),
		marker: maybe(marker),
		shell: maybe(name),
		output_channel: maybe(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff))),
	}),
	control: v.object({
		type: v.picklist(['PAUSE', 'RESUME', 'CANCEL']),
		execution_id: maybe(executionId),
	}),
	hook_status: v.object({}),
	pong: v.object({}),
} as const;

/** Parameters of each notification of an executor, by its name. What is `nullish` here the first executor does not send. */
export const NOTIFICATION_PARAMS = {
	connected: v.object({
		session_id: v.string(),
		version: maybe(v.string()),
		capabilities: maybe(v.array(v.string())),
	}),
	'process.started': v.object({ ...processState(), pid: maybe(v.number()) }),
	'process.output': v.object({
		type: streamName,
		data: v.string(),
		truncated: maybe(v.boolean()),
		execution_id: maybe(executionId),
		seq: maybe(count),
		/** Milliseconds since the Unix epoch. */
		at: maybe(v.number()),
		data_base64: maybe(v.string()),
	}),
	'process.paused': v.object(processState()),
	'process.resumed': v.object(processState()),
	'process.canceled': v.object(processState()),
	'process.completed': v.object({
		...processState(),
		exit_code: maybe(v.pipe(v.number(), v.integer())),
		marker: maybe(v.string()),
		command_sha256: maybe(v.string()),
		signal: maybe(v.string()),
		canceled: maybe(v.boolean()),
		duration_ms: maybe(v.number()),
		bytes: maybe(count),
		dropped_bytes: maybe(count),
		sha256: maybe(v.string()),
		leaked: maybe(v.array(v.object({ pid: v.number(), command: v.string() }))),
	}),
	'process.error': v.object({ error: v.string(), execution_id: maybe(executionId) }),
	/** Only the first executor's later versions send it; it wants a `pong`. */
	ping: v.object({}),
} as const;

function processState() {
	return {
		status: v.string(),
		pid: maybe(v.number()),
		pgid: maybe(v.number()),
		exit_code: maybe(v.number()),
		error: maybe(v.string()),
		execution_id: maybe(executionId),
	};
}

/** What `execute` answers. */
export const EXECUTE_RESULT = v.object({
	status: v.string(),
	pid: maybe(v.number()),
	pgid: maybe(v.number()),
	execution_id: maybe(executionId),
});

/** A method that the executor serves. */
export type Method = keyof typeof METHOD_PARAMS;

/** The parameters of one method, checked. */
export type MethodParams<M extends Method = Method> = v.InferOutput<(typeof METHOD_PARAMS)[M]>;

/** A notification that an executor sends. */
export type NotificationName = keyof typeof NOTIFICATION_PARAMS;

/** The parameters of one notification, checked. */
export type NotificationParams<N extends NotificationName = NotificationName> = v.InferOutput<
	(typeof NOTIFICATION_PARAMS)[N]
>;

/** What `execute` answers, checked. */
export type ExecuteResult = v.InferOutput<typeof EXECUTE_RESULT>;
