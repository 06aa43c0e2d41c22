import * as v from 'valibot';
import { AppError } from '../core/errors.ts';
import type { ExecutionId } from '../core/ids.ts';
import { METHOD_RESULTS, type ExecutionStatus as WireStatus } from '../protocol/messages.ts';
import type { ExecutionStatus } from './client.ts';
import type { Connection } from './connection.ts';
import { readToldEnd } from './told-end.ts';

type Failing = Pick<Connection, 'fail'>;

/**
 * Checks what `status` answered.
 *
 * @throws {AppError} `EXECUTOR_NONSENSE`: the connection is then closed.
 */
export const parseStatus = (result: unknown, connection: Failing): ExecutionStatus =>
	readStatus(parse('status', result, connection));

/**
 * Checks what `list` answered.
 *
 * @throws {AppError} `EXECUTOR_NONSENSE`: the connection is then closed.
 */
export const parseList = (result: unknown, connection: Failing): readonly ExecutionStatus[] =>
	parse('list', result, connection).executions.map(readStatus);

function parse<M extends 'status' | 'list'>(
	method: M,
	result: unknown,
	connection: Failing,
): v.InferOutput<(typeof METHOD_RESULTS)[M]> {
	const checked = v.safeParse(METHOD_RESULTS[method], result);
	if (checked.success) return checked.output;
	const [issue] = checked.issues;
	const reason = `the result of ${method}: ${v.getDotPath(issue) ?? 'result'}: ${issue.message.slice(0, 200)}`;
	connection.fail(reason);
	throw new AppError('EXECUTOR_NONSENSE', `The executor broke the protocol: ${reason}`);
}

function readStatus(status: WireStatus): ExecutionStatus {
	return {
		executionId: status.execution_id as ExecutionId,
		state: status.state,
		pid: status.pid,
		pgid: status.pgid,
		commandSha256: status.command_sha256,
		startedAtMs: status.started_at,
		isAttached: status.attached,
		leaseMs: status.lease_ms,
		lastSeq: status.last_seq,
		bytes: status.bytes,
		droppedBytes: status.dropped_bytes,
		end: status.completed === null ? null : readToldEnd(status.completed, { durationMs: 0, bytes: status.bytes }),
	};
}
