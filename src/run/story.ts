import type { Reporter, RunEvent, RunEventBody } from '../core/events.ts';
import type { Clock } from '../core/ports.ts';

/** Numbers and times events and hands them to the reporters. */
export interface Story {
	/** Tells an event; reporters get it in order, later if they are still busy. */
	tell(body: RunEventBody): void;
	/** Waits until every reporter has had every event. */
	flush(): Promise<void>;
	/** Reporters that threw and were dropped, with what they threw. */
	readonly failures: readonly { readonly reporter: string; readonly error: unknown }[];
}

/**
 * Creates the story of a run. A reporter that throws gets no further events and can't hurt the run.
 *
 * @param reporters - Each gets one event at a time; a slow one delays nobody else.
 */
export function createStory(clock: Clock, reporters: readonly Reporter[]): Story {
	let seq = 0;
	const failures: { reporter: string; error: unknown }[] = [];
	const lanes = reporters.map((reporter) =>
		createLane(reporter, (error) => failures.push({ reporter: reporter.name, error })),
	);
	return {
		tell(body) {
			seq += 1;
			const event: RunEvent = { seq, atMs: clock.nowMs(), ...body };
			for (const lane of lanes) lane.push(event);
		},
		async flush() {
			await Promise.all(lanes.map((lane) => lane.idle()));
		},
		failures,
	};
}

interface Lane {
	push(event: RunEvent): void;
	idle(): Promise<void>;
}

function createLane(reporter: Reporter, onFailure: (error: unknown) => void): Lane {
	const queue: RunEvent[] = [];
	let busy: Promise<void> | null = null;
	let isDropped = false;
	const drop = (error: unknown): void => {
		isDropped = true;
		queue.length = 0;
		onFailure(error);
	};
	/** Hands over what waits, as long as the reporter answers at once; else goes on when it has. */
	const drain = (): void => {
		while (busy === null && !isDropped) {
			const event = queue.shift();
			if (event === undefined) return;
			try {
				const answer = reporter.onEvent(event);
				if (answer !== undefined) {
					busy = answer.catch(drop).then(() => {
						busy = null;
						drain();
					});
				}
			} catch (error) {
				drop(error);
			}
		}
	};
	return {
		push(event) {
			if (isDropped) return;
			queue.push(event);
			drain();
		},
		async idle() {
			while (busy !== null) await busy;
		},
	};
}
