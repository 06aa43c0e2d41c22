/** What a key asks for. */
export type WatchKey = 'all' | 'failed' | 'quit';

const KEYS: Readonly<Record<string, WatchKey>> = { '\r': 'all', '\n': 'all', f: 'failed', q: 'quit', '\u0004': 'quit' };

/** The keyboard, as far as a watch needs it. */
export interface KeySource {
	setRawMode(isRaw: boolean): unknown;
	setEncoding(encoding: 'utf8'): unknown;
	on(event: 'data', listener: (text: string) => void): unknown;
	off(event: 'data', listener: (text: string) => void): unknown;
	resume(): unknown;
	pause(): unknown;
}

/**
 * Listens to single keys. The terminal makes no signal out of Ctrl-C meanwhile, so this does.
 *
 * @param interrupt - Called for Ctrl-C.
 * @returns Gives the keyboard back.
 */
export function listenForKeys(keyboard: KeySource, onKey: (key: WatchKey) => void, interrupt: () => void): () => void {
	const listener = (text: string): void => {
		for (const char of text) {
			const key = KEYS[char.toLowerCase()];
			if (char === '\u0003') interrupt();
			else if (key !== undefined) onKey(key);
		}
	};
	keyboard.setRawMode(true);
	keyboard.setEncoding('utf8');
	keyboard.on('data', listener);
	keyboard.resume();
	return () => {
		keyboard.off('data', listener);
		keyboard.setRawMode(false);
		keyboard.pause();
	};
}
