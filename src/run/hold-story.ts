import type { RunEventBody } from '../core/events.ts';
import type { Story } from './story.ts';

/** A story that waits for its turn. */
export interface HeldStory {
	/** Keeps what is told until `release`. */
	readonly story: Story;
	/** Tells all of it, and what comes from now on at once. */
	release(): void;
}

/** Holds a part of a story back: what it is about has begun before the part in front of it was told to its end. */
export function holdStory(story: Story): HeldStory {
	let held: RunEventBody[] | null = [];
	return {
		story: {
			tell: (body) => {
				if (held === null) story.tell(body);
				else held.push(body);
			},
			flush: () => story.flush(),
			failures: story.failures,
		},
		release: () => {
			const waiting = held ?? [];
			held = null;
			for (const body of waiting) story.tell(body);
		},
	};
}
