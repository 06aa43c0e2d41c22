import { readFile } from 'node:fs/promises';
import { Ajv, type ValidateFunction } from 'ajv';
import * as assert from 'uvu/assert';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { METHOD_PARAMS, NOTIFICATION_PARAMS } from '../../src/protocol/messages.ts';
import { startExecutor } from '../helpers/executor.ts';
import { describe } from '../helpers/suite.ts';
import { connectRaw, request } from '../helpers/wire.ts';

interface Part {
	readonly name: string;
	readonly params: readonly { readonly name: string; readonly required: boolean; readonly schema: object }[];
	readonly result?: { readonly schema: object };
}

const ajv = new Ajv({ strict: true, allowUnionTypes: true });

/** The parameters of one method or notification as one schema. */
const compile = ({ params }: Part): ValidateFunction =>
	ajv.compile({
		type: 'object',
		properties: Object.fromEntries(params.map(({ name, schema }) => [name, schema])),
		required: params.filter(({ required }) => required).map(({ name }) => name),
	});

describe('docs/executor.openrpc.json', ({ test }) => {
	test('names every method and notification, with schemas that compile', async () => {
		const document = JSON.parse(await readFile('docs/executor.openrpc.json', 'utf8'));
		const methods: Part[] = document.methods;
		const notifications: Part[] = document['x-notifications'];
		assert.equal(
			methods.map(({ name }) => name),
			Object.keys(METHOD_PARAMS),
		);
		assert.equal(
			notifications.map(({ name }) => name),
			Object.keys(NOTIFICATION_PARAMS),
		);
		for (const part of [...methods, ...notifications]) compile(part);
	});

	test('describes what an executor really sends', async () => {
		const document = JSON.parse(await readFile('docs/executor.openrpc.json', 'utf8'));
		const notifications: Part[] = document['x-notifications'];
		const methods: Part[] = document.methods;
		const served = await startExecutor({ signer: createNodeSigner() });
		const wire = await connectRaw(served.url);
		const asked: [method: string, params: object][] = [
			[
				'execute',
				{ command: 'echo a; printf "\\377" >&2; exec sleep 30', execution_id: 'x', lease_ms: 1000, timeout_ms: 9000 },
			],
			['control', { type: 'PAUSE', execution_id: 'x' }],
			['control', { type: 'RESUME', execution_id: 'x' }],
			['list', {}],
			['status', { execution_id: 'x' }],
			['attach', { execution_id: 'x' }],
			['ack', { execution_id: 'x', seq: 0 }],
			['hook_status', {}],
			['pong', {}],
			['control', { type: 'CANCEL', execution_id: 'x' }],
		];
		for (const [method, params] of asked) {
			const part = methods.find(({ name }) => name === method);
			if (!part?.result) throw new Error(`No ${method}`);
			const isFine = compile(part);
			assert.ok(isFine(params), `${method}: ${ajv.errorsText(isFine.errors)}`);
			wire.send(request(method, method, params));
			const { result } = await wire.answer(method);
			assert.ok(ajv.validate(part.result.schema, result), `${method}: ${ajv.errorsText()}`);
		}
		const completed = await wire.notification('process.completed');
		assert.ok(completed.attestation);
		for (const { method, params } of wire.messages) {
			const part = notifications.find(({ name }) => name === method);
			if (!part) continue;
			const isFine = compile(part);
			assert.ok(isFine(params), `${method}: ${ajv.errorsText(isFine.errors)}`);
		}
		await wire.close();
		await served.close();
	});
});
