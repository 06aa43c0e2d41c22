// A client that knows nothing of this package: JSON-RPC 2.0 over a WebSocket. It runs, pauses, resumes and cancels a command.
import assert from 'node:assert/strict';
import { WebSocket } from 'ws';

const socket = new WebSocket(process.argv[2] ?? 'ws://127.0.0.1:8003/ws/mcp');
const messages = [];
let look = () => {};
socket.on('message', (data) => look(messages.push(JSON.parse(data))));
const next = async (fits) => {
	while (!messages.some(fits)) await new Promise((resolve) => (look = resolve));
	return messages.splice(0, messages.findIndex(fits) + 1).at(-1);
};
const heard = async (method) => (await next((message) => message.method === method)).params;
const call = async (id, method, params) => {
	socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
	return (await next((message) => message.id === id)).result;
};
assert.deepEqual((await heard('connected')).capabilities.slice(0, 3), ['execute', 'control', 'stream']);
assert.equal((await call(1, 'execute', { command: 'echo hello; exec sleep 60' })).status, 'started');
assert.equal((await heard('process.output')).data, 'hello\n');
for (const [id, type] of [
	[2, 'PAUSE'],
	[3, 'RESUME'],
	[99, 'CANCEL'],
]) {
	const { status } = await call(id, 'control', { type });
	console.log(`${type}: ${status}`);
	assert.equal((await heard(`process.${status}`)).status, status);
}
console.log(`exit code ${(await heard('process.completed')).exit_code}`);
socket.close();
