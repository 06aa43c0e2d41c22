import assert from 'node:assert/strict';
import { connectExecutor } from 'tenfold/client';

const executor = await connectExecutor(process.env.EXECUTOR_URL ?? 'ws://127.0.0.1:8003/ws/mcp');
// #region control
const build = await executor.execute('echo building; exec sleep 60');
await build.output.next();
await build.pause();
await build.resume();
await build.cancel();
const end = await build.completed;
console.log(`ended by ${end.signal}, canceled: ${end.isCanceled}`);
// #endregion
assert.equal(end.isCanceled, true);
assert.equal(end.signal, 'SIGTERM');

// #region abort
const controller = new AbortController();
const slow = await executor.execute('exec sleep 60', { signal: controller.signal });
controller.abort(new Error('No time left'));
await slow.completed.catch((error: Error) => console.log(`nothing of it is left: ${error.message}`));
// #endregion
await assert.rejects(slow.completed, /No time left/);
await executor.close();
