import { connect } from 'node:net';
import { connectRaw, request } from './wire.ts';

// A client that gets itself into a state, prints `there`, and waits to be killed: <url> <state> <seconds to sleep>.
const [url = '', state = '', duration = ''] = process.argv.slice(2);
const KEEP_ALIVE_MS = 1000;

if (state === 'connecting') {
	const { hostname, port } = new URL(url);
	const socket = connect(Number(port), hostname);
	socket.write('GET /ws/mcp HTTP/1.1\r\nHost: x\r\nConnection: Upgr', () => console.log('there'));
} else {
	const wire = await connectRaw(url);
	const command = `trap "" ${state === 'cancelling' ? 'TERM' : 'USR1'}; sleep ${duration} & echo ready; wait; wait; sleep ${duration}`;
	if (state === 'starting') {
		// Killed with the request on its way.
		wire.socket.send(JSON.stringify(request(1, 'execute', { command })), () => console.log('there'));
	} else {
		wire.send(request(1, 'execute', { command: state === 'ended' ? 'true' : command }));
		if (state === 'ended') await wire.notification('process.completed');
		else await wire.notification('process.output');
		if (state === 'paused') {
			wire.send(request(2, 'control', { type: 'PAUSE' }));
			await wire.notification('process.paused');
		} else if (state === 'cancelling') {
			wire.send(request(2, 'control', { type: 'CANCEL' }));
			await wire.notification('process.canceled');
		} else if (state === 'unread') {
			wire.send(request(2, 'execute', { command: `yes ${duration}`, execution_id: `unread-${duration}` }));
			await wire.answer(2);
			wire.socket.pause();
		}
		console.log('there');
	}
}
setInterval(() => {}, KEEP_ALIVE_MS);
