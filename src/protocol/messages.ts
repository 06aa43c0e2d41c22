import * as v from 'valibot';
import type { Attestation, AttestationStatement } from '../core/attestation.ts';
import { FIELDS, maybe } from './fields.ts';

const { text, name, count, moment, lastSeq, executionId } = FIELDS;

/** Parameters of each method of the executor, by its name. Extra fields are ignored. */
export const METHOD_PARAMS = {
	execute: v.object({
		command: text,
		execution_id: maybe(executionId),
		cwd: maybe(name),
		env: maybe(v.record(FIELDS.variableName, text)),
		stdin: maybe(v.string()),
		marker: maybe(FIELDS.marker),
		/** What the command is about, for the attestation alone: opaque to the executor. */
		subject: maybe(FIELDS.subject),
		shell: maybe(name),
		output_channel: maybe(FIELDS.channel),
		/** The command is ended after so long. */
		timeout_ms: maybe(FIELDS.limitMs),
		/** The command is ended after so long without output. */
		stall_ms: maybe(FIELDS.limitMs),
		/** As `stall_ms`, in seconds, where neither limit is set: clients of the first executor mean silence by it. */
		timeout: maybe(FIELDS.limitSeconds),
		/** How long the execution outlives its connection; 0: not at all. Needs `execution_id`, and `ack`s. */
		lease_ms: maybe(FIELDS.limitMs),
		/** What happens to output that the client is too slow for. */
		overflow: maybe(v.picklist(['block', 'drop-oldest'])),
	}),
	control: v.object({
		type: v.picklist(['PAUSE', 'RESUME', 'CANCEL']),
		execution_id: maybe(executionId),
	}),
	list: v.object({}),
	status: v.object({ execution_id: executionId }),
	attach: v.object({
		execution_id: executionId,
		/** The last `seq` that was received; absent: -1, tell all that is kept. */
		after_seq: maybe(lastSeq),
		output_channel: maybe(FIELDS.channel),
	}),
	ack: v.object({
		execution_id: executionId,
		/** Everything up to it was received. */
		seq: lastSeq,
	}),
	hook_status: v.object({}),
	pong: v.object({}),
} as const;

/** What the executor signs of an execution: `formatStatement` of `src/core/attestation.ts` tells how. */
export const ATTESTATION_STATEMENT = v.object({
	v: v.literal(1),
	execution_id: v.string(),
	marker: v.nullable(v.string()),
	/** As in `execute`. */
	subject: v.nullable(v.string()),
	command_sha256: v.string(),
	/** As in `process.completed`. */
	exit_code: v.nullable(v.pipe(v.number(), v.integer())),
	signal: v.nullable(v.string()),
	output_sha256: v.string(),
	bytes: count,
	dropped_bytes: count,
	started_at: moment,
	ended_at: moment,
}) satisfies v.GenericSchema<AttestationStatement>;

/** A signed statement. */
export const ATTESTATION = v.object({
	algorithm: v.literal('Ed25519'),
	/** 32 raw bytes in base64url without padding: the `x` of a JWK. */
	public_key: v.string(),
	statement: ATTESTATION_STATEMENT,
	/** 64 raw bytes in base64url without padding, over the UTF-8 of the statement's canonical JSON. */
	signature: v.string(),
}) satisfies v.GenericSchema<Attestation>;

/** Parameters of each notification of an executor, by its name. What is `nullish` here the first executor does not send. */
export const NOTIFICATION_PARAMS = {
	connected: v.object({
		session_id: v.string(),
		version: maybe(v.string()),
		capabilities: maybe(v.array(v.string())),
		/** With `attestation`: see {@link ATTESTATION}. */
		public_key: maybe(v.string()),
	}),
	'process.started': v.object({ ...processState(), pid: maybe(v.number()) }),
	'process.output': v.object({
		type: FIELDS.streamName,
		data: v.string(),
		truncated: maybe(v.boolean()),
		execution_id: maybe(executionId),
		seq: maybe(count),
		/** Milliseconds since the Unix epoch. */
		at: maybe(moment),
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
		/** Why it ended: `exit`, `cancel`, `timeout`, `stall`, `output`, `lease`, `connection`, `executor`. */
		reason: maybe(v.string()),
		started_at: maybe(moment),
		ended_at: maybe(moment),
		duration_ms: maybe(v.number()),
		/** The `seq` of the last output, -1 when there was none. */
		last_seq: maybe(lastSeq),
		bytes: maybe(count),
		dropped_bytes: maybe(count),
		dropped_messages: maybe(count),
		sha256: maybe(v.string()),
		leaked: maybe(v.array(v.object({ pid: v.number(), command: v.string() }))),
		attestation: maybe(ATTESTATION),
	}),
	'process.error': v.object({ error: v.string(), execution_id: maybe(executionId) }),
	/** Another connection attached: this one hears no more of the execution. */
	'process.detached': v.object({ execution_id: executionId }),
	/** Wants a `pong`. The first executor's later versions send it, ours only if told to. */
	ping: v.object({ timestamp: maybe(v.number()) }),
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
	/** True: nothing was started, the execution of this id goes on. */
	attached: maybe(v.boolean()),
	/** What was granted of the lease that was asked for. */
	lease_ms: maybe(count),
});

/** What `status` answers, and each entry of `list`. */
export const EXECUTION_STATUS = v.object({
	execution_id: executionId,
	state: v.picklist(['running', 'paused', 'ending', 'ended']),
	pid: v.number(),
	pgid: v.number(),
	command_sha256: v.string(),
	started_at: moment,
	/** A connection hears of it. */
	attached: v.boolean(),
	lease_ms: count,
	/** The `seq` of the last output, -1 when there was none. */
	last_seq: lastSeq,
	bytes: count,
	dropped_bytes: count,
	/** `null` until it has ended. */
	completed: v.nullable(NOTIFICATION_PARAMS['process.completed']),
});

/** What each method answers. */
export const METHOD_RESULTS = {
	execute: EXECUTE_RESULT,
	control: v.object({ status: v.picklist(['paused', 'resumed', 'canceled']), execution_id: maybe(executionId) }),
	list: v.object({ executions: v.array(EXECUTION_STATUS) }),
	status: EXECUTION_STATUS,
	/** Then come the messages after `after_seq`, `process.completed` last. */
	attach: v.object({ ...EXECUTION_STATUS.entries, status: v.literal('attached') }),
	ack: v.object({}),
	hook_status: v.object({ enabled: v.boolean(), message: maybe(v.string()) }),
	pong: v.object({}),
} as const;

/** A method that the executor serves. */
export type Method = keyof typeof METHOD_PARAMS;

/** The parameters of one method, checked. */
export type MethodParams<M extends Method = Method> = v.InferOutput<(typeof METHOD_PARAMS)[M]>;

/** What one method answers. */
export type MethodResult<M extends Method = Method> = v.InferOutput<(typeof METHOD_RESULTS)[M]>;

/** A notification that an executor sends. */
export type NotificationName = keyof typeof NOTIFICATION_PARAMS;

/** The parameters of one notification, checked. */
export type NotificationParams<N extends NotificationName = NotificationName> = v.InferOutput<
	(typeof NOTIFICATION_PARAMS)[N]
>;

/** What `status` answers, checked. */
export type ExecutionStatus = v.InferOutput<typeof EXECUTION_STATUS>;
