import assert from 'node:assert/strict';
// #region attach
import { connectExecutor, verifyAttestation } from 'tenfold/client';

const url = process.env.EXECUTOR_URL ?? 'ws://127.0.0.1:8003/ws/mcp';
const first = await connectExecutor(url);
const job = await first.execute('echo half of it is done; sleep 1; echo all of it is');
const half = await job.output.next();
await job.pause();
await first.close();

const second = await connectExecutor(url);
for (const { executionId, state, bytes } of await second.list())
	console.log(`${executionId} is ${state}, ${bytes} bytes`);
const again = await second.attach(job.executionId, half.value?.seq ?? -1);
await again.resume();
for await (const { text } of again.output) console.log(text);
const { exitCode, attestation } = await again.completed;
const { publicKey } = second.server;
if (attestation && publicKey) console.log(`signed by the executor: ${verifyAttestation(attestation, publicKey)}`);
// #endregion
assert.equal(exitCode, 0);
assert.ok(attestation && publicKey && verifyAttestation(attestation, publicKey));
assert.equal(attestation.statement.execution_id, job.executionId);
assert.equal((await second.status(job.executionId)).end?.exitCode, 0);
await second.close();
