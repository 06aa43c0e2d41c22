import * as assert from 'uvu/assert';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { startChaosProxy } from '../helpers/chaos-proxy.ts';
import { startExecutor } from '../helpers/executor.ts';
import { getHealth } from '../helpers/get-http.ts';
import { until } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';
import { connectRaw, type RawWire, request } from '../helpers/wire.ts';
import { type ConformanceTarget, ROWS } from './describe-conformance.ts';
import type { ConformanceRow } from './row.ts';

/** A row's connections end within so many bytes from the server: the handshake, the greeting, and some of what follows. */
const END_BYTES = 1500;
let count = 0;

for (const chaos of ['cut', 'half-close'] as const) {
	describe(`wire conformance after connections that a proxy did ${chaos}`, ({ test, before, after }) => {
		let target: ConformanceTarget;
		before(async () => {
			target = await startExecutor({ signer: createNodeSigner() });
		});
		after(async () => {
			await target.close();
		});
		for (const [seed, row] of ROWS.entries()) {
			test(`[${row.section}] ${row.title}, seed ${seed}`, async () => {
				const proxy = await startChaosProxy(target.url, { chaos, seed, endBytes: END_BYTES });
				await breakOff(row, proxy.url, () => proxy.cutAll());
				await proxy.close();
				await endLeased(target.url);
				await until(async () => {
					const { active_sessions, running_executions } = await getHealth(target.url);
					return active_sessions === 0 && running_executions === 0;
				}, 'nothing is left of the broken connections');
				const wire = await connectRaw(target.url);
				await runRow(row, wire, target.url).finally(() => wire.close());
			});
		}
	});
}

const runRow = (row: ConformanceRow, wire: RawWire, url: string): Promise<void> => {
	const prefix = `${process.pid}-broken-${count++}`;
	return row.run({ ...wire, name: (word) => `${prefix}-${word}` }, url);
};

/** Runs a row as far as it comes; what it waits for when its connection is gone ends with all connections. */
async function breakOff(row: ConformanceRow, url: string, cutAll: () => void): Promise<void> {
	const wire = await connectRaw(url).catch(() => null);
	if (!wire) return;
	const gone = new Promise<void>((resolve) => wire.socket.once('close', () => resolve()));
	const done = runRow(row, wire, url).catch(() => {});
	await Promise.race([gone, done]);
	cutAll();
	// A row that reads nothing would not hear of it.
	wire.socket.terminate();
	await gone;
}

/** What a disconnect does not end has a lease, and nobody who hears of it: another connection ends it. */
async function endLeased(url: string): Promise<void> {
	const wire = await connectRaw(url);
	const left = async () => {
		wire.send(request('left', 'list'));
		const { executions } = (await wire.answer('left')).result ?? {};
		return executions as readonly { execution_id: string; state: string; lease_ms: number; attached: boolean }[];
	};
	await until(async () => (await left()).every(({ attached }) => !attached), 'the broken connections are detached');
	for (const { execution_id, lease_ms } of await left()) {
		assert.ok(lease_ms > 0);
		wire.send(request(`attach ${execution_id}`, 'attach', { execution_id }));
		assert.is((await wire.answer(`attach ${execution_id}`)).result?.status, 'attached');
		wire.send(request('cancel', 'control', { type: 'CANCEL', execution_id }));
		// Nobody wants to read what it printed; its end comes once that is let go, before or after the answer.
		const ended = () =>
			wire.messages.find(
				({ method, params }) => method === 'process.completed' && params?.execution_id === execution_id,
			);
		await until(() => {
			const seq = ended()?.params?.last_seq ?? Number.MAX_SAFE_INTEGER;
			wire.send({ jsonrpc: '2.0', method: 'ack', params: { execution_id, seq } });
			return ended() !== undefined;
		}, 'what has a lease ends when it is canceled');
	}
	await wire.close();
}
