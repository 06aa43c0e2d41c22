import type { StepRef } from '../core/events.ts';
import type { Clock } from '../core/ports.ts';
import type { Story } from './story.ts';

/** Tells the live output of a step, thinned out. */
export interface LiveOutput {
	add(stream: 'stdout' | 'stderr', text: string): void;
	/** Tells what still waits. */
	flush(): void;
}

const PAUSE_MS = 66;
const LONGEST = 4000;

/** Creates the thinner: at most about 15 `step-output` events a second, each with the newest 4,000 characters. */
export function createLiveOutput(step: StepRef, story: Story, clock: Clock): LiveOutput {
	let waiting: { stream: 'stdout' | 'stderr'; text: string } | null = null;
	let toldAt = Number.NEGATIVE_INFINITY;
	const tell = (): void => {
		if (waiting === null) return;
		const { stream, text } = waiting;
		waiting = null;
		toldAt = clock.monotonicMs();
		story.tell({ type: 'step-output', step, stream, text });
	};
	return {
		add(stream, text) {
			if (waiting !== null && waiting.stream !== stream) tell();
			waiting = { stream, text: ((waiting?.text ?? '') + text.slice(-LONGEST)).slice(-LONGEST) };
			if (clock.monotonicMs() - toldAt >= PAUSE_MS) tell();
		},
		flush: tell,
	};
}
