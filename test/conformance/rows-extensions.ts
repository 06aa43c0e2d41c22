import { createHash, createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import * as assert from 'uvu/assert';
import { decodeOutputFrame } from '../../src/protocol/output-frame.ts';
import { getHealth, getHttp } from '../helpers/get-http.ts';
import { until } from '../helpers/processes.ts';
import { connectRaw, request } from '../helpers/wire.ts';
import { type ConformanceRow, completedOf, outputOf, runOn } from './row.ts';

/** What our executor can do beyond the wire of the first one; `connected` announces it. */
export const EXTENSION_ROWS: readonly ConformanceRow[] = [
	{
		section: '`execute`',
		title: 'ends a command after timeout_ms, and one that is silent for stall_ms, and says which',
		run: async (wire) => {
			const [slow, silent] = [wire.name('slow'), wire.name('silent')];
			const loop = 'while :; do echo tick; sleep 0.02; done';
			wire.send(request(1, 'execute', { command: loop, execution_id: slow, timeout_ms: 400, stall_ms: 60_000 }));
			assert.is((await completedOf(wire, slow)).reason, 'timeout');
			wire.send(request(2, 'execute', { command: 'echo; exec sleep 60', execution_id: silent, stall_ms: 200 }));
			const { reason, signal, canceled } = await completedOf(wire, silent);
			assert.equal([reason, signal, canceled], ['stall', 'SIGTERM', false]);
		},
	},
	{
		section: '`execute`',
		title:
			'takes a timeout in seconds for the longest silence, as the first executor did, unless a limit of ours is set',
		run: async (wire) => {
			const [silent, chatty, known] = ['silent', 'chatty', 'known'].map((word) => wire.name(word)) as [
				string,
				string,
				string,
			];
			wire.send(request(1, 'execute', { command: 'echo; exec sleep 60', execution_id: silent, timeout: 0.2 }));
			assert.is((await completedOf(wire, silent)).reason, 'stall');
			// Longer than its timeout in all, and never silent for so long.
			const loop = 'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done';
			wire.send(request(2, 'execute', { command: loop, execution_id: chatty, timeout: 0.7 }));
			assert.is((await completedOf(wire, chatty)).reason, 'exit');
			const limits = { timeout: 0.1, timeout_ms: 400, stall_ms: 60_000 };
			wire.send(request(3, 'execute', { command: 'exec sleep 60', execution_id: known, ...limits }));
			assert.is((await completedOf(wire, known)).reason, 'timeout');
			wire.send(request(4, 'execute', { command: 'true', timeout: 'soon' }));
			assert.is((await wire.answer(4)).error?.data?.path, 'timeout');
		},
	},
	{
		section: 'Repeating `execute`',
		title: 'starts nothing twice: attaches to what runs, tells the end of what ended, refuses another command',
		run: async (wire) => {
			const id = wire.name('once');
			const params = { command: 'echo ready; read line; echo "$line"', stdin: 'x', execution_id: id };
			wire.send(request(1, 'execute', params));
			wire.send(request(2, 'execute', params));
			const [first, second] = [await wire.answer(1), await wire.answer(2)];
			assert.is(second.result?.attached, true);
			assert.is(second.result?.pid, first.result?.pid);
			const completed = await completedOf(wire, id);
			assert.is(outputOf(wire, 'stdout').toString(), 'ready\nx\n');
			wire.send(request(3, 'execute', params));
			assert.is((await wire.answer(3)).result?.attached, true);
			assert.equal(await completedOf(wire, id), completed);
			wire.send(request(4, 'execute', { ...params, command: 'echo other' }));
			assert.is((await wire.answer(4)).error?.code, -32602);
		},
	},
	{
		section: '`list`, `status`',
		title: 'tell what runs, without its command',
		run: async (wire) => {
			const id = wire.name('listed');
			wire.send(request(1, 'execute', { command: 'echo 1234; exec sleep 60', execution_id: id }));
			const { pid } = (await wire.answer(1)).result ?? {};
			await wire.notification('process.output');
			wire.send(request(2, 'status', { execution_id: id }));
			const status = (await wire.answer(2)).result ?? {};
			assert.equal(
				[status.state, status.pid, status.last_seq, status.bytes, status.completed],
				['running', pid, 0, 5, null],
			);
			assert.not.match(JSON.stringify(status), /1234/);
			wire.send(request(3, 'list'));
			const { executions } = (await wire.answer(3)).result ?? {};
			assert.equal(
				(executions as { execution_id: string }[]).filter(({ execution_id }) => execution_id === id),
				[status],
			);
			wire.send(request(4, 'control', { type: 'CANCEL', execution_id: id }));
			await completedOf(wire, id);
			wire.send(request(5, 'status', { execution_id: wire.name('nobody') }));
			assert.is((await wire.answer(5)).error?.code, -32003);
		},
	},
	{
		section: 'Leases and attaching',
		title: 'lets another connection go on where the first one was cut, no message lost, none twice',
		run: async (wire, url) => {
			const id = wire.name('leased');
			const command = 'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.05; done';
			wire.send(request(1, 'execute', { command, execution_id: id, lease_ms: 20_000 }));
			assert.is((await wire.answer(1)).result?.lease_ms, 20_000);
			const { seq } = await wire.notification('process.output');
			wire.socket.terminate();
			await once(wire.socket, 'close');
			const next = await connectRaw(url);
			next.send(request(2, 'attach', { execution_id: id, after_seq: seq }));
			assert.is((await next.answer(2)).result?.status, 'attached');
			const completed = await completedOf(next, id);
			const seqs = next.messages.flatMap(({ method, params }) => (method === 'process.output' ? params?.seq : []));
			assert.equal(
				seqs,
				Array.from({ length: seqs.length }, (_, index) => Number(seq) + 1 + index),
			);
			assert.is(seqs.at(-1), completed.last_seq);
			const whole = `1\n${outputOf(next, 'stdout')}`;
			assert.is(createHash('sha256').update(whole).digest('hex'), completed.sha256);
			await next.close();
		},
	},
	{
		section: 'Leases and attaching',
		title: 'tells the connection that was attached that another one is now',
		run: async (wire, url) => {
			const id = wire.name('taken');
			wire.send(request(1, 'execute', { command: 'echo ready; exec sleep 60', execution_id: id, lease_ms: 20_000 }));
			await wire.notification('process.output');
			const next = await connectRaw(url);
			next.send(request(2, 'attach', { execution_id: id, after_seq: 0 }));
			assert.is((await next.answer(2)).result?.attached, true);
			assert.is((await wire.notification('process.detached')).execution_id, id);
			next.send(request(3, 'control', { type: 'CANCEL', execution_id: id }));
			assert.is((await completedOf(next, id)).canceled, true);
			await next.close();
		},
	},
	{
		section: 'Leases and attaching',
		title: 'blocks a command that is far ahead of the acknowledgements, and lets go of what was acknowledged',
		run: async (wire) => {
			const id = wire.name('ahead');
			const command = 'head -c 6000000 /dev/zero | tr "\\0" x';
			wire.send(request(1, 'execute', { command, execution_id: id, lease_ms: 20_000 }));
			let bytes = 0;
			for (;;) {
				const { method, params } = await wire.next(({ params }) => params?.execution_id === id);
				if (method === 'process.completed') break;
				if (method !== 'process.output') continue;
				bytes += String(params?.data).length;
				wire.send({ jsonrpc: '2.0', method: 'ack', params: { execution_id: id, seq: params?.seq } });
			}
			assert.is(bytes, 6_000_000);
			wire.send(request(2, 'attach', { execution_id: id, after_seq: -1 }));
			const { error } = await wire.answer(2);
			assert.is(error?.code, -32602);
			assert.type(error?.data?.first_seq, 'number');
		},
	},
	{
		section: '`process.output`',
		title: 'comes in binary messages where a channel was given',
		run: async (wire) => {
			const chunks: Buffer[] = [];
			wire.socket.removeAllListeners('message');
			const ended = new Promise<Record<string, unknown>>((resolve) => {
				wire.socket.on('message', (data, isBinary) => {
					if (isBinary) {
						const frame = decodeOutputFrame(data as Buffer);
						assert.is(frame?.channel, 4_294_967_295);
						assert.is(frame?.seq, chunks.length);
						chunks.push(Buffer.from(frame?.bytes ?? []));
					} else {
						const { method, params } = JSON.parse(String(data));
						if (method === 'process.completed') resolve(params);
					}
				});
			});
			wire.send(request(1, 'execute', { command: 'head -c 3000000 /dev/urandom', output_channel: 4_294_967_295 }));
			const completed = await ended;
			const bytes = Buffer.concat(chunks);
			assert.is(bytes.length, 3_000_000);
			assert.is(createHash('sha256').update(bytes).digest('hex'), completed.sha256);
		},
	},
	{
		section: '`process.completed`',
		title: 'says why and when: exit, cancel, times, last message',
		run: async (wire) => {
			const { completed } = await runOn(wire, { command: 'echo one' });
			assert.equal([completed.reason, completed.last_seq, completed.dropped_messages], ['exit', 0, 0]);
			assert.ok(Number(completed.ended_at) >= Number(completed.started_at));
			wire.send(request(2, 'execute', { command: 'exec sleep 60' }));
			await wire.answer(2);
			wire.send(request(3, 'control', { type: 'CANCEL' }));
			assert.is((await wire.notification('process.completed')).reason, 'cancel');
		},
	},
	{
		section: '`process.output`',
		title: 'drops the oldest output for a client that asked for it and reads nothing, and counts what it dropped',
		run: async (wire, url) => {
			const id = wire.name('dropping');
			const before = await droppedTotal(url);
			wire.send(request(1, 'execute', { command: 'seq 1 3000000', execution_id: id, overflow: 'drop-oldest' }));
			await wire.notification('process.started');
			wire.socket.pause();
			const watcher = await connectRaw(url);
			await until(async () => {
				watcher.send(request('look', 'status', { execution_id: id }));
				return (await watcher.answer('look')).result?.state === 'ended';
			}, 'the command does not wait for its client');
			await watcher.close();
			wire.socket.resume();
			const completed = await completedOf(wire, id);
			const { bytes, dropped_bytes, dropped_messages, last_seq } = completed;
			assert.equal([completed.exit_code, bytes], [0, 22_888_896]);
			assert.ok(Number(dropped_bytes) > 0);
			assert.is(outputOf(wire, 'stdout').length, Number(bytes) - Number(dropped_bytes));
			const seqs = wire.messages.flatMap(({ method, params }) =>
				method === 'process.output' ? Number(params?.seq) : [],
			);
			assert.equal(
				seqs,
				seqs.toSorted((a, b) => a - b),
			);
			assert.is(new Set(seqs).size, Number(last_seq) + 1 - Number(dropped_messages));
			// The newest is what is kept.
			assert.is(seqs.at(-1), last_seq);
			assert.match(outputOf(wire, 'stdout').subarray(-20).toString(), /\n2999999\n3000000\n$/);
			if (before !== null) assert.is((await droppedTotal(url)) ?? 0, before + Number(dropped_bytes));
		},
	},
	{
		section: 'Attestation',
		title: 'is signed over the canonical form with the key of connected and of /health',
		run: async (wire, url) => {
			const { public_key, capabilities } = await wire.notification('connected');
			assert.ok((capabilities as string[]).includes('attestation'));
			assert.is((await getHealth(url)).public_key, public_key);
			const { completed } = await runOn(wire, {
				command: 'echo signed; exit 5',
				marker: 'MARKER_signed',
				subject: 'deploy',
			});
			const { algorithm, statement, signature, ...rest } = completed.attestation as Record<string, unknown>;
			assert.equal([algorithm, rest], ['Ed25519', { public_key }]);
			const { v, subject, output_sha256, ...facts } = statement as Record<string, unknown>;
			assert.equal([v, subject, output_sha256], [1, 'deploy', completed.sha256]);
			for (const [name, value] of Object.entries(facts)) assert.is(value, completed[name], name);
			assert.is(Object.keys(facts).length, 9);
			// As the page tells it, without any code of ours: the names in their order, no blanks.
			const names = Object.entries(statement as object).toSorted(([a], [b]) => (a < b ? -1 : 1));
			const text = Buffer.from(JSON.stringify(Object.fromEntries(names)));
			const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: String(public_key) }, format: 'jwk' });
			const bytes = Buffer.from(String(signature), 'base64url');
			assert.ok(verify(null, text, key, bytes));
			text[text.length - 2] = 0x32;
			assert.not(verify(null, text, key, bytes));
		},
	},
];

/** @returns The counter of `/metrics`; `null` where there is none: an embedded executor is looked at by nobody. */
async function droppedTotal(url: string): Promise<number | null> {
	const { status, text } = await getHttp(url, '/metrics');
	if (status === 404) return null;
	assert.is(status, 200);
	const [, value] = /^verify_executor_output_dropped_bytes_total (\d+)$/m.exec(text) ?? [];
	return Number(value);
}
