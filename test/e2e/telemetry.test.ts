import * as assert from 'uvu/assert';
import { isTelemetryWanted, readTraceEnv } from '../../src/cli/telemetry/telemetry.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../helpers/otlp-receiver.ts';
import { describe } from '../helpers/suite.ts';
import { createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const PROMPT = `# Traced

### Step 1: carries the trace
**Command**: \`printf '%s %s\\n' "$TRACEPARENT" "$TRACESTATE" > trace.txt\`

### Step 2: fails
**Command**: \`exit 3\`
`;

let sandbox: Sandbox;
let receiver: OtlpReceiver;

describe('telemetry', ({ test, beforeEach, afterEach }) => {
	beforeEach(async () => {
		sandbox = createSandbox({ 'traced.md': PROMPT });
		receiver = await startOtlpReceiver();
	});
	afterEach(async () => {
		await receiver.close();
		sandbox.remove();
	});

	for (const [protocol, type] of [
		['http/protobuf', 'application/x-protobuf'],
		['http/json', 'application/json'],
	] as const) {
		test(`sends run, prompt and steps as ${protocol}, within the trace it is part of`, async () => {
			const { code, stderr } = await sandbox.start(['traced.md'], {
				OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
				OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
				OTEL_RESOURCE_ATTRIBUTES: 'team=desk',
				TRACEPARENT: PARENT,
				TRACESTATE: 'vendor=1',
			}).finished;
			assert.is(code, 1, stderr);
			const [request] = receiver.requests;
			assert.equal([request?.path, request?.headers['content-type']], ['/v1/traces', type]);
			assert.equal([receiver.resource['service.name'], receiver.resource.team], ['verify', 'desk']);
			const named = (name: string) => {
				const found = receiver.spans.find((span) => span.name === name);
				if (!found) throw new Error(`${name} is not among ${receiver.spans.map((span) => span.name)}`);
				return found;
			};
			const [run, prompt] = [named('verify run'), named('prompt traced.md')];
			const [first, second] = [named('step 1: carries the trace'), named('step 2: fails')];
			assert.is(receiver.spans.length, 4);
			assert.ok(receiver.spans.every(({ traceId }) => traceId === TRACE));
			assert.equal([run.parentSpanId, prompt.parentSpanId], ['00f067aa0ba902b7', run.spanId]);
			assert.equal([first.parentSpanId, second.parentSpanId], [prompt.spanId, prompt.spanId]);
			assert.equal([run.status, prompt.status, first.status, second.status], [2, 2, 1, 2]);
			assert.is(second.attributes['error.type'], 'exit-code');
			assert.is(second.attributes['process.exit.code'], 3);
			assert.equal(
				[first.attributes['test.case.result.status'], second.attributes['test.case.result.status']],
				['pass', 'fail'],
			);
			assert.is(first.attributes['code.line.number'], 3);
			assert.ok(run.startNs <= first.startNs && first.endNs <= run.endNs && first.startNs < first.endNs);
			assert.is(sandbox.read('trace.txt'), `00-${TRACE}-${first.spanId}-01 vendor=1\n`);
		});
	}

	test('passes the trace on as it is when nobody asks for spans, and sends nothing', async () => {
		await sandbox.start(['traced.md'], {
			TRACEPARENT: PARENT,
			OTEL_TRACES_EXPORTER: 'none',
			OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
		}).finished;
		assert.is(sandbox.read('trace.txt'), `${PARENT} \n`);
		assert.is(receiver.requests.length, 0);
	});

	test('never lets a run fail for a collector that is not there', async () => {
		sandbox.write('fine.md', '# Fine\n\n### Step 1: x\n**Command**: `true`\n');
		const { url } = receiver;
		await receiver.close();
		const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
		const { code, stderr } = await sandbox.start(['fine.md'], env).finished;
		assert.is(code, 0, stderr);
		assert.match(stderr, /spans of this run could not be sent/);
		receiver = await startOtlpReceiver();
	});

	test('says which protocol it can not speak', async () => {
		const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
		assert.match((await sandbox.start(['traced.md'], env).finished).stderr, /not grpc/);
	});
});

describe('isTelemetryWanted()', ({ test }) => {
	test('follows the standard variables', () => {
		const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };
		assert.not(isTelemetryWanted({}));
		assert.ok(isTelemetryWanted(endpoint));
		assert.ok(isTelemetryWanted({ OTEL_TRACES_EXPORTER: 'otlp' }));
		assert.not(isTelemetryWanted({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }));
		assert.not(isTelemetryWanted({ ...endpoint, OTEL_SDK_DISABLED: 'true' }));
	});
});

describe('readTraceEnv()', ({ test }) => {
	test('takes what is well-formed and drops what is not', () => {
		assert.equal(readTraceEnv({ TRACEPARENT: PARENT, TRACESTATE: 'a=1' }), { TRACEPARENT: PARENT, TRACESTATE: 'a=1' });
		for (const bad of [
			'',
			'x',
			PARENT.replace('00-', 'ff-'),
			PARENT.replace(TRACE, '0'.repeat(32)),
			PARENT.toUpperCase(),
		]) {
			assert.equal(readTraceEnv({ TRACEPARENT: bad }), {}, bad);
		}
	});
});
