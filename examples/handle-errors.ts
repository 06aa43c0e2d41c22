import assert from 'node:assert/strict';
// #region errors
import { connectExecutor, isAppError } from 'tenfold/client';

const url = process.env.EXECUTOR_URL ?? 'ws://127.0.0.1:8003/ws/mcp';
const codes: string[] = [];
const note = (error: unknown): void => {
	if (!isAppError(error)) throw error;
	codes.push(error.code);
	console.log(`${error.code}: ${error.message}`);
};
await connectExecutor('ws://127.0.0.1:1/ws/mcp').catch(note);
const executor = await connectExecutor(url, {
	token: process.env.EXECUTOR_TOKEN ?? 'not needed here',
	reconnect: { leaseMs: 10_000 },
});
await executor.run('true', { cwd: '/no/such/folder' }).catch(note);
await executor.run('').catch(note);
// #endregion
await executor.close();
assert.deepEqual(codes, ['EXECUTOR_UNREACHABLE', 'SPAWN_FAILED', 'EXECUTOR_REFUSED']);
