import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { AppError } from '../core/errors.ts';
import { WIRE_PATHS } from '../protocol/limits.ts';
import { createConnectionPair } from './connection-pair.ts';
import { isOriginAllowed } from './is-origin-allowed.ts';
import { bearerOf, isSameSecret } from './security/bearer.ts';
import type { ExecutorSettings } from './settings.ts';

/** A certificate chain and its private key, both PEM. */
export interface TlsIdentity {
	readonly cert: string;
	readonly key: string;
}

/** Whom a TCP address lets in, and what it tells beside the wire. */
export interface Doorkeeper {
	/** Demanded as `Authorization: Bearer …` of whoever connects or reads `/metrics`. */
	readonly token?: string;
	/** Makes the address speak `wss` and `https`. */
	readonly tls?: TlsIdentity;
	/** @returns False when this address connects too often. */
	admit?(address: string): boolean;
	/** What keeps the executor from working, a sentence each: `/health` tells them. */
	problems?(): readonly string[];
	/** The body of `GET /metrics`, in Prometheus' text format. */
	metrics?(): string;
	/** Somebody was turned away before a session began. */
	onRefused?(address: string, reason: string): void;
}

/** Where a TCP front listens. */
export interface TcpAddress extends Doorkeeper {
	readonly host: string;
	/** 0 takes any free one. */
	readonly port: number;
}

/** Where a front listens; `inside`: nowhere, it is connected to from this process alone. */
export type FrontAddress = 'inside' | { readonly path: string } | TcpAddress;

/** Whoever is slower with the headers of a request is cut off. */
const HEADERS_LIMIT_MS = 10_000;
const NO_TOKEN = 'This executor demands its token: Authorization: Bearer <token>';

/** What stands behind a front. */
export interface FrontHandlers {
	/** @param address - Of the peer, such as `127.0.0.1`; `private` for a private socket, or from inside this process. */
	onSocket(socket: WebSocket, address: string): void;
	/** The body of `GET /health`; `isHealthy: false` answers 503. */
	health(): { readonly isHealthy: boolean; readonly body: Readonly<Record<string, unknown>> };
}

/** A listening HTTP server with WebSockets behind it. */
export interface Front {
	/** The port that was given when 0 was asked for; `null` for a path, and inside. */
	readonly port: number | null;
	/** Makes a connection from inside this process: the client's end of it. */
	connect(): Duplex;
	/** Takes no new connections; upgraded sockets are their owners'. */
	close(): Promise<void>;
}

/**
 * Opens the HTTP side of an executor.
 *
 * @throws {AppError} `PORT_IN_USE`: also when the address is not ours to listen on. `CONFIG_INVALID`: a certificate that can't be used.
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
	const doorkeeper: Doorkeeper = isTcp(address) ? address : {};
	const server = createServerFor(doorkeeper, (request, response) => answer(request, response, handlers, doorkeeper));
	server.headersTimeout = HEADERS_LIMIT_MS;
	server.on('upgrade', (request, socket, head) => {
		// Resets before the handshake is through.
		socket.on('error', () => {});
		const peer = peerOf(request);
		const refusal = refusalOf(request, settings, doorkeeper);
		if (refusal === null) sockets.handleUpgrade(request, socket, head, (open) => handlers.onSocket(open, peer));
		else {
			doorkeeper.onRefused?.(peer, refusal.reason);
			refuse(socket, refusal);
		}
	});
	if (address !== 'inside') await listen(server, address);
	const bound = server.address();
	return {
		port: typeof bound === 'object' && bound !== null ? bound.port : null,
		connect: () => {
			const [client, ours] = createConnectionPair();
			server.emit('connection', ours);
			return client;
		},
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

const isTcp = (address: FrontAddress): address is TcpAddress => address !== 'inside' && !('path' in address);

function listen(server: Server, address: Exclude<FrontAddress, 'inside'>): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(address, cause)));
		server.listen('path' in address ? { path: address.path } : { host: address.host, port: address.port }, () =>
			resolve(),
		);
	});
}

function listenError(address: Exclude<FrontAddress, 'inside'>, cause: NodeJS.ErrnoException): AppError {
	const place = 'path' in address ? address.path : `${address.host}:${address.port}`;
	const isTaken = cause.code === 'EADDRINUSE';
	return new AppError('PORT_IN_USE', `Cannot listen on ${place}: ${isTaken ? 'it is taken' : cause.message}`, {
		cause,
		// Never the whole address: it may hold the token.
		data: 'path' in address ? { path: address.path } : { host: address.host, port: address.port },
		advice: isTaken ? 'Pass --port with a free one, or 0 for any' : 'Pass --host and --port of this machine',
	});
}

function createServerFor({ tls }: Doorkeeper, listener: RequestListener): Server {
	if (!tls) return createServer(listener);
	try {
		return createTlsServer({ cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' }, listener);
	} catch (cause) {
		throw new AppError('CONFIG_INVALID', 'Cannot use the TLS certificate and key', {
			cause,
			advice: 'Give PEM files that belong together with --tls-cert and --tls-key',
		});
	}
}

function answer(
	{ method, url, headers }: IncomingMessage,
	response: ServerResponse,
	handlers: FrontHandlers,
	doorkeeper: Doorkeeper,
): void {
	const path = pathOf(url);
	const isRead = method === 'GET' || method === 'HEAD';
	if (isRead && path === '/health') answerHealth(response, handlers, doorkeeper);
	else if (isRead && path === '/healthz') sendJson(response, 200, { status: 'ok' });
	else if (isRead && path === '/metrics' && doorkeeper.metrics) {
		if (isKnown(headers.authorization, doorkeeper)) sendText(response, doorkeeper.metrics());
		else sendJson(response, 401, { error: NO_TOKEN }, { 'www-authenticate': 'Bearer' });
	} else sendJson(response, 404, { error: 'Not found' });
}

function answerHealth(response: ServerResponse, handlers: FrontHandlers, doorkeeper: Doorkeeper): void {
	const { isHealthy, body } = handlers.health();
	const problems = doorkeeper.problems?.() ?? [];
	if (isHealthy && problems.length > 0) sendJson(response, 503, { ...body, status: 'unhealthy', problems });
	else sendJson(response, isHealthy ? 200 : 503, body);
}

function sendText(response: ServerResponse, text: string): void {
	response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' });
	response.end(text);
}

function sendJson(
	response: ServerResponse,
	status: number,
	body: object,
	headers: Readonly<Record<string, string>> = {},
): void {
	response.writeHead(status, { ...headers, 'content-type': 'application/json', 'cache-control': 'no-store' });
	response.end(JSON.stringify(body));
}

interface Refusal {
	readonly status: string;
	readonly reason: string;
}

const forbidden = (reason: string): Refusal => ({ status: '403 Forbidden', reason });

function refusalOf(request: IncomingMessage, settings: ExecutorSettings, doorkeeper: Doorkeeper): Refusal | null {
	const { url, headers } = request;
	// 403 for a wrong path too: that is what the first executor answers.
	if (!(WIRE_PATHS as readonly string[]).includes(pathOf(url))) {
		return forbidden(`No executor at this path, use ${WIRE_PATHS[0]}`);
	}
	if (!isOriginAllowed(headers.origin, headers.host, settings.allowedOrigins)) {
		return forbidden('Web pages may not connect to this executor');
	}
	// Before the token is looked at: whoever guesses tokens runs into it.
	if (doorkeeper.admit?.(peerOf(request)) === false) {
		return { status: '429 Too Many Requests', reason: 'Too many connections a minute' };
	}
	if (!isKnown(headers.authorization, doorkeeper)) return { status: '401 Unauthorized', reason: NO_TOKEN };
	return null;
}

const isKnown = (authorization: string | undefined, { token }: Doorkeeper): boolean =>
	token === undefined || isSameSecret(bearerOf(authorization), token);

const pathOf = (url = '/'): string => url.split('?', 1)[0] ?? '/';

/** IPv4 peers of a socket that listens for both read `::ffff:1.2.3.4`. */
const peerOf = ({ socket }: IncomingMessage): string =>
	socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? 'private';

function refuse(socket: Duplex, { status, reason }: Refusal): void {
	const length = Buffer.byteLength(reason);
	const challenge = status.startsWith('401') ? 'WWW-Authenticate: Bearer\r\n' : '';
	socket.end(
		`HTTP/1.1 ${status}\r\n${challenge}Connection: close\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n${reason}`,
	);
}
