import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';

/** What a proxy does to the bytes that pass: the first four change their timing alone, the last two end connections. */
export type Chaos = 'split' | 'coalesce' | 'delay' | 'stall' | 'cut' | 'half-close';

/** How a proxy is set. */
export interface ChaosOptions {
	readonly chaos: Chaos;
	/** The same seed gives the same pieces, waits and cuts for the same bytes. */
	readonly seed: number;
	/** `cut`, `half-close`: a connection ends after 1 to so many bytes from the server; default 20,000. */
	readonly endBytes?: number;
	/** `cut`, `half-close`: connections that are ended, those after them are left alone; default all. */
	readonly endings?: number;
}

/** A proxy between a client and an executor. */
export interface ChaosProxy {
	/** Stands for the URL of the executor. */
	readonly url: string;
	/** Connections that came so far. */
	readonly connections: number;
	/** Breaks all connections now, without a word. */
	cutAll(): void;
	close(): Promise<void>;
}

/** Starts a proxy of a `ws:` or `ws+unix:` URL on a free port. */
export async function startChaosProxy(url: string, options: ChaosOptions): Promise<ChaosProxy> {
	const { target, path } = parseTarget(url);
	const sockets = new Set<Socket>();
	let connections = 0;
	const server = createServer({ allowHalfOpen: true }, (near) => {
		const random = createRandom(options.seed + connections++);
		const isSpared = connections > (options.endings ?? Number.POSITIVE_INFINITY);
		const far = connect({ ...target, allowHalfOpen: true });
		for (const socket of [near, far]) {
			sockets.add(socket);
			socket.setNoDelay(true);
			socket.on('error', () => {});
			socket.once('close', () => sockets.delete(socket));
		}
		const ends = (options.chaos === 'cut' || options.chaos === 'half-close') && !isSpared;
		const endAfter = ends ? 1 + Math.floor(random() * (options.endBytes ?? 20_000)) : Number.POSITIVE_INFINITY;
		void pump(near, far, options.chaos, random, Number.POSITIVE_INFINITY);
		void pump(far, near, options.chaos, random, endAfter);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const cutAll = (): void => {
		for (const socket of sockets) socket.destroy();
	};
	return {
		url: `ws://127.0.0.1:${port}${path}`,
		get connections() {
			return connections;
		},
		cutAll,
		close: async () => {
			server.close();
			cutAll();
			await once(server, 'close');
		},
	};
}

/** A small generator of numbers from 0 to 1 (mulberry32). */
export function createRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

function parseTarget(url: string): { target: { path: string } | { host: string; port: number }; path: string } {
	const [, socketPath, unixPath] = /^ws\+unix:(.*):(\/.*)$/.exec(url) ?? [];
	if (socketPath !== undefined && unixPath !== undefined) return { target: { path: socketPath }, path: unixPath };
	const { hostname, port, pathname } = new URL(url);
	return { target: { host: hostname, port: Number(port) }, path: pathname };
}

async function pump(from: Socket, to: Socket, chaos: Chaos, random: () => number, endAfter: number): Promise<void> {
	let passed = 0;
	try {
		for await (const chunk of from as AsyncIterable<Buffer>) {
			for (const piece of pieces(chunk, chaos, random)) {
				await wait(chaos, random);
				passed += piece.length;
				if (passed >= endAfter) {
					to.write(piece.subarray(0, piece.length - (passed - endAfter)));
					// Half closed: one way is shut, the other stays open, and nobody is told why.
					if (chaos === 'half-close') to.end();
					else for (const socket of [from, to]) socket.destroy();
					return;
				}
				if (!to.write(piece)) await once(to, 'drain');
			}
		}
		to.end();
	} catch {
		// One side broke: so does the other.
		from.destroy();
		to.destroy();
	}
}

function* pieces(chunk: Buffer, chaos: Chaos, random: () => number): Generator<Buffer> {
	if (chaos !== 'split') return yield chunk;
	// Headers and short messages byte by byte, long ones in some hundred pieces.
	const most = Math.max(3, chunk.length / 100);
	for (let start = 0; start < chunk.length; ) {
		const end = start + 1 + Math.floor(random() * most);
		yield chunk.subarray(start, end);
		start = end;
	}
}

/** While a socket waits its bytes gather: that is how `coalesce` works. */
async function wait(chaos: Chaos, random: () => number): Promise<void> {
	if (chaos === 'split') await breathe();
	else if (chaos === 'coalesce') await sleep(2 + random() * 5);
	else if (chaos === 'delay') await sleep(random() * 5);
	else if (chaos === 'stall' && random() < 0.1) await sleep(80 + random() * 120);
}
