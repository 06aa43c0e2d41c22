import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { AppError } from '../core/errors.ts';
import { WIRE_PATHS } from '../protocol/limits.ts';
import { isOriginAllowed } from './is-origin-allowed.ts';
import type { ExecutorSettings } from './settings.ts';

/** Where a front listens. */
export type FrontAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** What stands behind a front. */
export interface FrontHandlers {
	onSocket(socket: WebSocket): void;
	/** The body of `GET /health`; `isHealthy: false` answers 503. */
	health(): { readonly isHealthy: boolean; readonly body: Readonly<Record<string, unknown>> };
}

/** A listening HTTP server with WebSockets behind it. */
export interface Front {
	/** The port that was given when 0 was asked for; `null` for a path. */
	readonly port: number | null;
	/** Takes no new connections; upgraded sockets are their owners'. */
	close(): Promise<void>;
}

/**
 * Opens the HTTP side of an executor.
 *
 * @throws {AppError} `PORT_IN_USE`: also when the address is not ours to listen on.
 */
export async function openFront(
	address: FrontAddress,
	settings: ExecutorSettings,
	handlers: FrontHandlers,
): Promise<Front> {
	const sockets = new WebSocketServer({
		noServer: true,
		clientTracking: false,
		perMessageDeflate: false,
		maxPayload: settings.maxFrameBytes,
	});
	const server = createServer((request, response) => answer(request, response, handlers));
	server.on('upgrade', (request, socket, head) => {
		// Resets before the handshake is through.
		socket.on('error', () => {});
		const refusal = refusalOf(request, settings);
		if (refusal === null) sockets.handleUpgrade(request, socket, head, handlers.onSocket);
		else refuse(socket, refusal);
	});
	await listen(server, address);
	const bound = server.address();
	return {
		port: typeof bound === 'object' && bound !== null ? bound.port : null,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function listen(server: Server, address: FrontAddress): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(address, cause)));
		server.listen(address, () => resolve());
	});
}

function listenError(address: FrontAddress, cause: NodeJS.ErrnoException): AppError {
	const place = 'path' in address ? address.path : `${address.host}:${address.port}`;
	const isTaken = cause.code === 'EADDRINUSE';
	return new AppError('PORT_IN_USE', `Cannot listen on ${place}: ${isTaken ? 'it is taken' : cause.message}`, {
		cause,
		data: { ...address },
		advice: isTaken ? 'Pass --port with a free one, or 0 for any' : 'Pass --host and --port of this machine',
	});
}

function answer({ method, url }: IncomingMessage, response: ServerResponse, handlers: FrontHandlers): void {
	const path = pathOf(url);
	const isRead = method === 'GET' || method === 'HEAD';
	if (isRead && path === '/health') {
		const { isHealthy, body } = handlers.health();
		sendJson(response, isHealthy ? 200 : 503, body);
	} else if (isRead && path === '/healthz') sendJson(response, 200, { status: 'ok' });
	else sendJson(response, 404, { error: 'Not found' });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
	response.end(JSON.stringify(body));
}

function refusalOf({ url, headers }: IncomingMessage, settings: ExecutorSettings): string | null {
	if (!(WIRE_PATHS as readonly string[]).includes(pathOf(url))) {
		return `No executor at this path, use ${WIRE_PATHS[0]}`;
	}
	if (!isOriginAllowed(headers.origin, headers.host, settings.allowedOrigins)) {
		return 'Web pages may not connect to this executor';
	}
	return null;
}

const pathOf = (url = '/'): string => url.split('?', 1)[0] ?? '/';

/** 403 for a wrong path too: that is what the first executor answers. */
function refuse(socket: Duplex, reason: string): void {
	const length = Buffer.byteLength(reason);
	socket.end(
		`HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n${reason}`,
	);
}
