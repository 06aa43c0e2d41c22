import assert from 'node:assert/strict';
// #region run
import { connectExecutor } from 'tenfold/client';

const executor = await connectExecutor(process.env.EXECUTOR_URL ?? 'ws://127.0.0.1:8003/ws/mcp');
const { exitCode, stdout } = await executor.run('wc -c; echo "in $PLACE"; exit 3', {
	env: { PLACE: 'the executor' },
	stdin: 'hello',
	timeoutMs: 30_000,
});
console.log(`exit code ${exitCode}: ${stdout}`);
await executor.close();
// #endregion
assert.equal(exitCode, 3);
assert.match(stdout, /^\s*5\nin the executor\n$/);
