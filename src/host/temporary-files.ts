import { removeQuietly } from './remove-quietly.ts';

/** How people and systems end a process that has no say of its own. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const paths = new Set<string>();

/**
 * Sees to it that a temporary file is gone when this process ends before it is done with it; `kill -9` alone leaves it.
 *
 * @returns Takes it back: the file is in its place, or removed.
 */
export function removeAtExit(path: string): () => void {
	if (paths.size === 0) listen('on');
	paths.add(path);
	return () => {
		if (paths.delete(path) && paths.size === 0) listen('off');
	};
}

/** Only while there is something to remove: a process without listeners ends at once. */
function listen(change: 'on' | 'off'): void {
	process[change]('exit', removeAll);
	for (const signal of SIGNALS) process[change](signal, onSignal);
}

function onSignal(signal: NodeJS.Signals): void {
	// Whoever else listens decides what the signal means; should it be the end, the listener for that does the rest.
	if (process.listenerCount(signal) > 1) return;
	removeAll();
	listen('off');
	process.kill(process.pid, signal);
}

function removeAll(): void {
	for (const path of paths) removeQuietly(path);
	paths.clear();
}
