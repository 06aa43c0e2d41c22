import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connectExecutor } from 'tenfold/client';

const executor = await connectExecutor(process.env.EXECUTOR_URL ?? 'ws://127.0.0.1:8003/ws/mcp');
const digest = createHash('sha256');
// #region stream
const execution = await executor.execute('for i in 1 2 3; do echo "line $i"; echo "warning $i" >&2; done');
for await (const chunk of execution.output) {
	digest.update(chunk.bytes);
	process[chunk.stream].write(chunk.text);
}
const end = await execution.completed;
console.log(`exit code ${end.exitCode}, ${end.bytes} bytes, nobody left: ${end.leaked.length === 0}`);
// #endregion
assert.equal(end.bytes, 51);
assert.equal(end.sha256, digest.digest('hex'));
await executor.close();
