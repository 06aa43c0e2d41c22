import {
	type Attributes,
	type Context,
	context,
	type Span,
	SpanStatusCode,
	type Tracer,
	trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { PromptResult, RunEvent, StepRef, StepResult } from '../../core/events.ts';
import type { Outcome } from '../../core/outcomes.ts';
import { VERSION } from '../version.ts';
import {
	attemptEndAttributes,
	promptAttributes,
	promptEndAttributes,
	runAttributes,
	runEndAttributes,
	stepAttributes,
	unrunAttributes,
} from './span-attributes.ts';
import type { Telemetry } from './telemetry.ts';

/** How spans are sent. */
export interface SpanOptions {
	readonly protocol: 'http/protobuf' | 'http/json';
	/** The trace that the run is part of: `TRACEPARENT` and `TRACESTATE`, or nothing. */
	readonly parent: Readonly<Record<string, string>>;
	/** Told once when spans could not be sent; a run never fails by that. */
	readonly warn: (message: string) => void;
}

/** Longest wait for a collector at the end of a run, unless `OTEL_EXPORTER_OTLP_TIMEOUT` says otherwise. */
const PATIENCE_MS = 3000;

/** Makes the reporter that tells a run as spans: run, prompt, step, one for each attempt. Endpoint, headers, sampler and limits are the standard variables'. */
export function createSpanReporter({ protocol, parent, warn }: SpanOptions): Telemetry {
	const provider = new BasicTracerProvider({
		resource: defaultResource()
			.merge(resourceFromAttributes({ 'service.name': 'verify', 'service.version': VERSION }))
			.merge(detectResources({ detectors: [envDetector] })),
		spanProcessors: [new BatchSpanProcessor(createExporter(protocol))],
	});
	const story = new SpanStory(provider.getTracer('tenfold', VERSION), parentContext(parent));
	const finish = async (): Promise<void> => {
		try {
			await provider.forceFlush();
		} catch (error) {
			const reasons = [error].flat().map((reason) => (reason instanceof Error ? reason.message : String(reason)));
			warn(`the spans of this run could not be sent: ${reasons.join(', ') || 'the collector did not answer'}`);
		}
		await provider.shutdown().catch(() => {});
	};
	return {
		reporter: {
			name: 'telemetry',
			onEvent(event) {
				story.add(event);
				return event.type === 'run-finished' ? finish() : undefined;
			},
		},
		envOf: (executionId) => story.envOf(executionId),
	};
}

function createExporter(protocol: SpanOptions['protocol']): SpanExporter {
	const { OTEL_EXPORTER_OTLP_TIMEOUT, OTEL_EXPORTER_OTLP_TRACES_TIMEOUT } = process.env;
	const isTimed = OTEL_EXPORTER_OTLP_TIMEOUT || OTEL_EXPORTER_OTLP_TRACES_TIMEOUT;
	const options = isTimed ? {} : { timeoutMillis: PATIENCE_MS };
	return protocol === 'http/json' ? new JsonExporter(options) : new ProtobufExporter(options);
}

const propagator = new W3CTraceContextPropagator();

function parentContext({ TRACEPARENT, TRACESTATE }: SpanOptions['parent']): Context {
	const carrier: Record<string, string | undefined> = { traceparent: TRACEPARENT, tracestate: TRACESTATE };
	return propagator.extract(context.active(), carrier, {
		keys: Object.keys,
		get: (from, key) => (from as typeof carrier)[key],
	});
}

/** Spans that are open, by what they are of. */
class SpanStory {
	readonly #tracer: Tracer;
	readonly #parent: Context;
	readonly #prompts = new Map<string, Span>();
	/** By execution. */
	readonly #attempts = new Map<string, { readonly span: Span; readonly step: StepRef; readonly startedAtMs: number }>();
	#run: Span | null = null;

	constructor(tracer: Tracer, parent: Context) {
		this.#tracer = tracer;
		this.#parent = parent;
	}

	envOf(executionId: string): Readonly<Record<string, string>> {
		const span = this.#attempts.get(executionId)?.span ?? this.#run;
		const carrier: Record<string, string> = {};
		if (span === null) return carrier;
		propagator.inject(trace.setSpan(context.active(), span), carrier, {
			set: (into, key, value) => {
				(into as typeof carrier)[key.toUpperCase()] = value;
			},
		});
		return carrier;
	}

	add(event: RunEvent): void {
		const { atMs } = event;
		switch (event.type) {
			case 'run-started':
				this.#run = this.#start('verify run', runAttributes(event), atMs, this.#parent);
				break;
			case 'prompt-started':
				this.#prompts.set(
					event.file,
					this.#start(`prompt ${event.file}`, promptAttributes(event), atMs, this.#under(this.#run)),
				);
				break;
			case 'step-started': {
				const under = this.#under(this.#prompts.get(event.step.file) ?? null);
				const span = this.#start(nameOf(event.step), stepAttributes(event), atMs, under);
				this.#attempts.set(event.executionId, { span, step: event.step, startedAtMs: atMs });
				break;
			}
			case 'step-finished':
				this.#endStep(event.result, atMs);
				break;
			case 'prompt-finished':
				this.#endPrompt(event.result, atMs);
				break;
			case 'run-finished':
				this.#run?.setAttributes(runEndAttributes(event));
				if (event.exitCode !== 0) this.#run?.setStatus({ code: SpanStatusCode.ERROR, message: event.verdict });
				this.#run?.end(atMs);
				break;
		}
	}

	#start(name: string, attributes: Attributes, startTime: number, under: Context): Span {
		return this.#tracer.startSpan(name, { attributes, startTime }, under);
	}

	#under(span: Span | null): Context {
		return span === null ? this.#parent : trace.setSpan(this.#parent, span);
	}

	#endStep(result: StepResult, atMs: number): void {
		if (result.attempts.length === 0) {
			const under = this.#under(this.#prompts.get(result.file) ?? null);
			const span = this.#start(nameOf(result), unrunAttributes(result), atMs, under);
			endSpan(span, result, atMs);
		}
		result.attempts.forEach((attempt, index) => {
			const open = this.#attempts.get(attempt.executionId);
			if (!open) return;
			this.#attempts.delete(attempt.executionId);
			const isLast = index === result.attempts.length - 1;
			const said = isLast ? result : attempt;
			open.span.setAttributes(attemptEndAttributes(attempt, said));
			// A later attempt, or a background step that is ended with its prompt, is told long after an earlier one was over.
			endSpan(open.span, said, Math.min(atMs, open.startedAtMs + Math.max(attempt.durationMs, 0)));
		});
	}

	#endPrompt(result: PromptResult, atMs: number): void {
		// Setup and teardown have no result of their own.
		for (const [executionId, { span, step }] of this.#attempts) {
			if (step.file !== result.file) continue;
			span.end(atMs);
			this.#attempts.delete(executionId);
		}
		const span = this.#prompts.get(result.file);
		span?.setAttributes(promptEndAttributes(result));
		if (span) endSpan(span, { outcome: result.outcome, reason: null }, atMs);
		this.#prompts.delete(result.file);
	}
}

const nameOf = ({ number, name }: StepRef): string => (number === 0 ? name : `step ${number}: ${name}`);

function endSpan(
	span: Span,
	{ outcome, reason }: { readonly outcome: Outcome; readonly reason: string | null },
	atMs: number,
): void {
	if (outcome === 'passed') span.setStatus({ code: SpanStatusCode.OK });
	else if (outcome !== 'skipped') span.setStatus({ code: SpanStatusCode.ERROR, message: reason ?? outcome });
	span.end(atMs);
}
