// The least a WebSocket server can do: greets, and sends back what it gets.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
	socket.on('message', (data) => socket.send(String(data)));
	socket.send('{"method":"connected"}');
});
server.on('listening', () => console.log(`ws://127.0.0.1:${server.address().port}/`));
