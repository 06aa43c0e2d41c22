import type { Clock } from '../../core/ports.ts';
import type { WatchKey } from './keys.ts';

/** Why a watch goes on. */
export type WatchNews = WatchKey | 'change';

/** What came in and was not dealt with yet. */
export interface Inbox {
	/** Something may have changed: news once it has been quiet for a moment. */
	hint(): void;
	press(key: WatchKey): void;
	/** Waits for news; `quit` before all others, and at once when `signal` is aborted. */
	next(): Promise<WatchNews>;
}

/** Editors and compilers write several files at once, and each of them several times. */
const QUIET_MS = 100;
/** Where it is never quiet, such as in the folder of a log, news must not wait for ever. */
const LONGEST_MS = 1000;

/** Makes an empty inbox. News that come again before they are fetched are one. */
export function createInbox(clock: Pick<Clock, 'schedule' | 'monotonicMs'>, signal: AbortSignal): Inbox {
	const news = new Set<WatchNews>();
	let wake: () => void = () => {};
	let cancel: () => void = () => {};
	/** When the first hint came that is not news yet. */
	let firstMs: number | null = null;
	const add = (one: WatchNews): void => {
		news.add(one);
		wake();
	};
	signal.addEventListener('abort', () => wake());
	return {
		hint() {
			const nowMs = clock.monotonicMs();
			firstMs ??= nowMs;
			cancel();
			cancel = clock.schedule(
				() => {
					firstMs = null;
					add('change');
				},
				Math.max(0, Math.min(QUIET_MS, firstMs + LONGEST_MS - nowMs)),
			);
		},
		press: add,
		async next() {
			for (;;) {
				if (signal.aborted) return 'quit';
				const first = (['quit', 'all', 'failed', 'change'] as const).find((one) => news.has(one));
				if (first !== undefined) {
					news.delete(first);
					return first;
				}
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			}
		},
	};
}
