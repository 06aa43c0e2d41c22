import * as v from 'valibot';
import { AppError } from '../core/errors.ts';
import { EXECUTE_RESULT } from '../protocol/messages.ts';
import type { Connection } from './connection.ts';

/**
 * Checks what `execute` answered.
 *
 * @throws {AppError} `EXECUTOR_NONSENSE`: the connection is then closed.
 */
export function parseExecuteResult(
	result: unknown,
	connection: Pick<Connection, 'fail'>,
): { readonly pid: number | null; readonly pgid: number | null } {
	const checked = v.safeParse(EXECUTE_RESULT, result);
	if (checked.success) return { pid: checked.output.pid ?? null, pgid: checked.output.pgid ?? null };
	const reason = `the result of execute: ${checked.issues[0].message}`;
	connection.fail(reason);
	throw new AppError('EXECUTOR_NONSENSE', `The executor broke the protocol: ${reason}`);
}
