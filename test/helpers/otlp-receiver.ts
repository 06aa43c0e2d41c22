import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it came over the wire. */
export interface ReceivedSpan {
	readonly traceId: string;
	readonly spanId: string;
	/** Empty for a root. */
	readonly parentSpanId: string;
	readonly name: string;
	/** 0: not set. 1: fine. 2: an error. */
	readonly status: number;
	readonly attributes: Readonly<Record<string, unknown>>;
	readonly startNs: bigint;
	readonly endNs: bigint;
}

/** A collector that speaks OTLP/HTTP and keeps what it gets. */
export interface OtlpReceiver {
	readonly url: string;
	readonly spans: readonly ReceivedSpan[];
	/** Attributes of the last resource. */
	readonly resource: Readonly<Record<string, unknown>>;
	readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
	close(): Promise<void>;
}

/** Starts a collector on a free port; whoever starts it closes it. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
	const spans: ReceivedSpan[] = [];
	const requests: { path: string; headers: IncomingHttpHeaders }[] = [];
	let resource: Readonly<Record<string, unknown>> = {};
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const body = Buffer.concat(chunks);
			const isJson = request.headers['content-type'] === 'application/json';
			const read = isJson ? readJson(body.toString()) : readProtobuf(body);
			spans.push(...read.spans);
			resource = read.resource;
			requests.push({ path: request.url ?? '', headers: request.headers });
			response.writeHead(200, { 'content-type': request.headers['content-type'] ?? '' }).end(isJson ? '{}' : '');
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		spans,
		requests,
		get resource() {
			return resource;
		},
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

interface Read {
	readonly spans: readonly ReceivedSpan[];
	readonly resource: Readonly<Record<string, unknown>>;
}

interface JsonAttribute {
	readonly key: string;
	readonly value: Readonly<Record<string, unknown>>;
}

function readJson(text: string): Read {
	const { resourceSpans } = JSON.parse(text);
	const attributesOf = (list: readonly JsonAttribute[] = []): Record<string, unknown> =>
		Object.fromEntries(
			list.map(({ key, value }) => [
				key,
				value.intValue === undefined ? Object.values(value)[0] : Number(value.intValue),
			]),
		);
	const spans: ReceivedSpan[] = [];
	for (const { scopeSpans } of resourceSpans) {
		for (const span of scopeSpans.flatMap((scope: { spans: unknown[] }) => scope.spans)) {
			spans.push({
				traceId: span.traceId,
				spanId: span.spanId,
				parentSpanId: span.parentSpanId ?? '',
				name: span.name,
				status: span.status?.code ?? 0,
				attributes: attributesOf(span.attributes),
				startNs: BigInt(span.startTimeUnixNano),
				endNs: BigInt(span.endTimeUnixNano),
			});
		}
	}
	return { spans, resource: attributesOf(resourceSpans[0]?.resource?.attributes) };
}

type Field = { readonly number: number; readonly bytes: Buffer; readonly integer: bigint };

/** Field numbers are those of opentelemetry-proto 1.x: trace/v1/trace.proto, common/v1/common.proto. */
function readProtobuf(body: Buffer): Read {
	const spans: ReceivedSpan[] = [];
	let resource: Record<string, unknown> = {};
	for (const resourceSpans of fieldsOf(body, 1)) {
		for (const message of fieldsOf(resourceSpans.bytes, 1)) resource = attributesIn(message.bytes, 1);
		for (const scope of fieldsOf(resourceSpans.bytes, 2)) {
			for (const span of fieldsOf(scope.bytes, 2)) spans.push(readSpan(span.bytes));
		}
	}
	return { spans, resource };
}

function readSpan(bytes: Buffer): ReceivedSpan {
	const one = (number: number): Field | undefined => fieldsOf(bytes, number)[0];
	const status = one(15);
	return {
		traceId: one(1)?.bytes.toString('hex') ?? '',
		spanId: one(2)?.bytes.toString('hex') ?? '',
		parentSpanId: one(4)?.bytes.toString('hex') ?? '',
		name: one(5)?.bytes.toString() ?? '',
		status: status === undefined ? 0 : Number(fieldsOf(status.bytes, 3)[0]?.integer ?? 0n),
		attributes: attributesIn(bytes, 9),
		startNs: one(7)?.integer ?? 0n,
		endNs: one(8)?.integer ?? 0n,
	};
}

function attributesIn(bytes: Buffer, number: number): Record<string, unknown> {
	return Object.fromEntries(
		fieldsOf(bytes, number).map(({ bytes: pair }) => {
			const value = fieldsOf(pair, 2)[0]?.bytes ?? Buffer.alloc(0);
			const text = fieldsOf(value, 1)[0];
			const integer = fieldsOf(value, 3)[0] ?? fieldsOf(value, 2)[0];
			return [
				fieldsOf(pair, 1)[0]?.bytes.toString() ?? '',
				text ? text.bytes.toString() : Number(integer?.integer ?? Number.NaN),
			];
		}),
	);
}

/** Takes a message apart by the rules of the encoding: varints, 64 bits, lengths, 32 bits. */
function fieldsOf(bytes: Buffer, wanted: number): Field[] {
	const fields: Field[] = [];
	let at = 0;
	const varint = (): bigint => {
		let value = 0n;
		for (let shift = 0n; ; shift += 7n) {
			const byte = bytes[at++] ?? 0;
			value |= BigInt(byte & 0x7f) << shift;
			if (byte < 0x80) return value;
		}
	};
	while (at < bytes.length) {
		const key = Number(varint());
		const kind = key & 7;
		let content: Buffer = Buffer.alloc(0);
		let integer = 0n;
		if (kind === 0) integer = varint();
		else {
			const size = kind === 2 ? Number(varint()) : kind === 1 ? 8 : 4;
			content = bytes.subarray(at, at + size);
			if (kind === 1) integer = content.readBigUInt64LE();
			at += size;
		}
		if (key >> 3 === wanted) fields.push({ number: wanted, bytes: content, integer });
	}
	return fields;
}
