import type { ExecutorObserver } from '../hooks.ts';

/** Upper bounds of a duration's buckets, seconds. */
const BOUNDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800];

/** Counts what an executor does, for Prometheus. */
export interface Metrics {
	readonly observer: ExecutorObserver;
	/** Somebody was turned away before a session began. */
	refused(): void;
	/**
	 * Writes the text format 0.0.4.
	 *
	 * @param gauges - Measured just now, by their names without the prefix.
	 */
	format(gauges: Readonly<Record<string, { readonly help: string; readonly value: number }>>): string;
}

/** Makes counters that are all zero. */
export function createMetrics(): Metrics {
	const counts = {
		opened: 0,
		closed: 0,
		turnedAway: 0,
		started: 0,
		refused: 0,
		held: 0,
		bytes: 0,
		dropped: 0,
		leaked: 0,
	};
	const ends = { completed: 0, failed: 0, canceled: 0 };
	const buckets = BOUNDS.map(() => 0);
	let seconds = 0;
	const observer: ExecutorObserver = {
		sessionOpened: () => {
			counts.opened += 1;
		},
		sessionClosed: () => {
			counts.closed += 1;
		},
		executionStarted: () => {
			counts.started += 1;
		},
		executionEnded: ({ exitCode, isCanceled, durationMs, bytes, droppedBytes, leaked }) => {
			ends[isCanceled ? 'canceled' : exitCode === 0 ? 'completed' : 'failed'] += 1;
			counts.bytes += bytes;
			counts.dropped += droppedBytes;
			counts.leaked += leaked;
			seconds += durationMs / 1000;
			for (const [index, bound] of BOUNDS.entries())
				if (durationMs <= bound * 1000) buckets[index] = (buckets[index] ?? 0) + 1;
		},
		executionRefused: () => {
			counts.refused += 1;
		},
		outputHeld: () => {
			counts.held += 1;
		},
	};
	return {
		observer,
		refused: () => {
			counts.turnedAway += 1;
		},
		format: (gauges) => {
			const ended = ends.completed + ends.failed + ends.canceled;
			return [
				counter('sessions_total', 'Connections that became sessions', counts.opened),
				gauge('sessions', 'Sessions open now', counts.opened - counts.closed),
				counter('connections_refused_total', 'Connections turned away before a session', counts.turnedAway),
				counter('executions_started_total', 'Executions started', counts.started),
				gauge('executions', 'Executions running now', counts.started - ended),
				counter('executions_refused_total', 'Executions that the guard refused', counts.refused),
				family('executions_ended_total', 'counter', 'Executions ended, by how', [
					...Object.entries(ends).map(([how, value]) => `{outcome="${how}"} ${value}`),
				]),
				family('execution_duration_seconds', 'histogram', 'How long executions ran', [
					...BOUNDS.map((bound, index) => `_bucket{le="${bound}"} ${buckets[index] ?? 0}`),
					`_bucket{le="+Inf"} ${ended}`,
					`_sum ${seconds}`,
					`_count ${ended}`,
				]),
				counter('output_bytes_total', 'Raw output of ended executions', counts.bytes),
				counter('output_dropped_bytes_total', 'Output that was dropped', counts.dropped),
				counter('output_holds_total', 'Times that output waited for a slow client', counts.held),
				counter('leaked_processes_total', 'Processes that outlived their execution and were ended', counts.leaked),
				...Object.entries(gauges).map(([name, { help, value }]) => gauge(name, help, value)),
				'',
			].join('\n');
		},
	};
}

const PREFIX = 'verify_executor_';

const family = (name: string, type: string, help: string, samples: readonly string[]): string =>
	[
		`# HELP ${PREFIX}${name} ${help}`,
		`# TYPE ${PREFIX}${name} ${type}`,
		...samples.map((sample) => `${PREFIX}${name}${sample}`),
	].join('\n');

const counter = (name: string, help: string, value: number): string => family(name, 'counter', help, [` ${value}`]);
const gauge = (name: string, help: string, value: number): string => family(name, 'gauge', help, [` ${value}`]);
