import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { connectExecutor } from '../src/library/client.ts';
import { flood, openSocket } from './flood.ts';
import { startServer, startVerifyServe } from './start-server.ts';

// node --import tsx bench/executor.ts: what the executor's server costs, beside a bare WebSocket echo.
const CONNECTS = 500;
const ROUND_TRIPS = 5000;
const EXECUTIONS = 1000;
const FLOOD_BYTES = 512 * 1024 * 1024;
const IDLE = 1000;
const WARM_UP = 300;
const MIB = 1024 * 1024;

const rows: (readonly [what: string, figure: string, beside: string])[] = [];
const echo = await startServer('bench/baselines/ws-echo.mjs');
const served = await startVerifyServe();
await connects();
await roundTrips();
await executions();
await floods();
await idleConnections();
rows.push(['peak memory of the server over all of this', `${(served.peakBytes() / MIB).toFixed(0)} MiB`, '']);
await Promise.all([echo.close(), served.close()]);

console.log(`node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`);
console.log(`| ${'what'.padEnd(52)} | ${'verify serve'.padEnd(26)} | ${'bare ws echo, bare spawn'.padEnd(26)} |`);
for (const [what, figure, beside] of rows)
	console.log(`| ${what.padEnd(52)} | ${figure.padEnd(26)} | ${beside.padEnd(26)} |`);

async function connects(): Promise<void> {
	const times: Record<'served' | 'echo', number[]> = { served: [], echo: [] };
	for (let index = -WARM_UP; index < CONNECTS; index += 1) {
		for (const [name, { url }] of [
			['served', served],
			['echo', echo],
		] as const) {
			const startMs = performance.now();
			const socket = await openSocket(url);
			if (index >= 0) times[name].push(performance.now() - startMs);
			socket.close();
			await once(socket, 'close');
		}
	}
	rows.push([`connect to greeting, ${CONNECTS} times`, percentiles(times.served), percentiles(times.echo)]);
}

async function roundTrips(): Promise<void> {
	const sockets = { served: await openSocket(served.url), echo: await openSocket(echo.url) };
	const times: Record<'served' | 'echo', number[]> = { served: [], echo: [] };
	for (let id = -WARM_UP; id < ROUND_TRIPS; id += 1) {
		for (const name of ['served', 'echo'] as const) {
			const startMs = performance.now();
			sockets[name].send(`{"jsonrpc":"2.0","id":${id},"method":"hook_status","params":{}}`);
			await once(sockets[name], 'message');
			if (id >= 0) times[name].push(performance.now() - startMs);
		}
	}
	for (const socket of Object.values(sockets)) socket.close();
	rows.push([
		`round trip of a cheap request, ${ROUND_TRIPS} times`,
		percentiles(times.served),
		percentiles(times.echo),
	]);
}

async function executions(): Promise<void> {
	const executor = await connectExecutor(served.url);
	for (let left = WARM_UP; left > 0; left -= 1) await executor.run('true');
	for (const lanes of [1, 8]) {
		let left = EXECUTIONS;
		const startMs = performance.now();
		const lane = async (): Promise<void> => {
			while (left-- > 0) await executor.run('true');
		};
		await Promise.all(Array.from({ length: lanes }, lane));
		const perSecond = (EXECUTIONS / (performance.now() - startMs)) * 1000;
		rows.push([`executions of \`true\`, ${lanes} at once`, `${perSecond.toFixed(0)} a second`, '']);
	}
	await executor.close();
	const startMs = performance.now();
	for (let left = EXECUTIONS; left > 0; left -= 1) await once(spawn('sh', ['-c', 'true'], { stdio: 'pipe' }), 'close');
	const bare = (EXECUTIONS / (performance.now() - startMs)) * 1000;
	rows.push(['the same spawned here, 1 at once', '', `${bare.toFixed(0)} a second`]);
}

async function floods(): Promise<void> {
	const fresh = await startVerifyServe();
	for (const [name, channel] of [
		['JSON', undefined],
		['binary', 1],
	] as const) {
		const perSecond = (FLOOD_BYTES / MIB / (await flood(fresh.url, FLOOD_BYTES, channel))) * 1000;
		rows.push([`output of text, ${name} messages, decoded`, `${perSecond.toFixed(0)} MiB a second`, '']);
	}
	rows.push(['peak memory of a server that did this alone', `${(fresh.peakBytes() / MIB).toFixed(0)} MiB`, '']);
	await fresh.close();
}

async function idleConnections(): Promise<void> {
	const perConnection: string[] = [];
	const fresh = await startVerifyServe();
	for (const { url, residentBytes } of [fresh, echo]) {
		// Code and heap that the first connections need.
		const first = await Promise.all(Array.from({ length: WARM_UP }, () => openSocket(url)));
		const before = residentBytes();
		const sockets = await Promise.all(Array.from({ length: IDLE }, () => openSocket(url)));
		perConnection.push(`${((residentBytes() - before) / 1024 / IDLE).toFixed(1)} KiB`);
		for (const socket of [...first, ...sockets]) socket.terminate();
	}
	await fresh.close();
	const [ours = '', bare = ''] = perConnection;
	rows.push([`memory of an idle connection, ${IDLE} open`, ours, bare]);
}

function percentiles(times: number[]): string {
	const sorted = times.toSorted((a, b) => a - b);
	const at = (part: number): string => (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(3);
	return `p50 ${at(0.5)}, p99 ${at(0.99)} ms`;
}
