import type { Reporter } from '../../core/events.ts';
import type { Io } from '../io.ts';

/** What hears a run and tells it to others as spans. */
export interface Telemetry {
	/** `null`: nobody asked for spans. */
	readonly reporter: Reporter | null;
	/**
	 * Variables of an execution that make what it starts part of the trace: `TRACEPARENT`, and `TRACESTATE` where there is one.
	 *
	 * @param executionId - Its `step-started` was told, its command is not sent yet.
	 */
	envOf(executionId: string): Readonly<Record<string, string>>;
}

type Env = Io['env'];

/**
 * Opens what the standard environment variables of OpenTelemetry ask for. The packages are loaded only if they ask for something; else the
 * trace that this process is part of is passed on as it is.
 */
export async function openTelemetry(io: Io): Promise<Telemetry> {
	const { env } = io;
	const passed = readTraceEnv(env);
	if (!isTelemetryWanted(env)) return { reporter: null, envOf: () => passed };
	const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || 'http/protobuf';
	if (protocol !== 'http/protobuf' && protocol !== 'http/json') {
		io.err(`verify: no spans are sent: verify speaks OTLP as http/protobuf or http/json, not ${protocol}`);
		return { reporter: null, envOf: () => passed };
	}
	const { createSpanReporter } = await import('./span-reporter.ts');
	return createSpanReporter({ protocol, parent: passed, warn: (message) => io.err(`verify: ${message}`) });
}

/** Tells whether the environment asks for spans: an endpoint or an exporter is named, and nothing switches them off. */
export function isTelemetryWanted(env: Env): boolean {
	if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false;
	const exporters = env.OTEL_TRACES_EXPORTER?.split(',').map((name) => name.trim());
	if (exporters !== undefined && exporters.join('') !== '') return exporters.includes('otlp');
	return Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}

/** Reads the trace that this process is part of (W3C Trace Context, level 1 §3.2); what is malformed is as if it were not there. */
export function readTraceEnv(env: Env): Readonly<Record<string, string>> {
	const { TRACEPARENT = '', TRACESTATE } = env;
	const [, version, trace = '', span = ''] =
		/^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/.exec(TRACEPARENT) ?? [];
	if (version === undefined || version === 'ff' || /^0+$/.test(trace) || /^0+$/.test(span)) return {};
	return { TRACEPARENT, ...(TRACESTATE ? { TRACESTATE } : {}) };
}
