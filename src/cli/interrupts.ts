import { setMaxListeners } from 'node:events';

/** What ends a run early. */
export interface Interrupts {
	readonly signal: AbortSignal;
	/** 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP, `null` before any. */
	exitCode(): number | null;
	/** Gives the signals back to the system. */
	stop(): void;
}

const CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** Why a signal of ours was aborted: whoever follows it ends with the same code. */
class Interrupt extends Error {
	readonly exitCode: number;

	constructor(name: NodeJS.Signals, exitCode: number) {
		super(`Interrupted by ${name}`);
		this.exitCode = exitCode;
	}
}

/** Follows a signal of somebody in this process; what is not of {@link listenForInterrupts} is as if it were Ctrl-C. */
export const followSignal = (signal: AbortSignal): Interrupts => ({
	signal,
	exitCode: () => (signal.aborted ? (signal.reason instanceof Interrupt ? signal.reason.exitCode : 130) : null),
	stop: () => {},
});

/**
 * Listens for Ctrl-C, SIGTERM and SIGHUP. The first one aborts `signal`, so that running steps are cancelled and partial results
 * written; the second one ends this process at once, and its watchdog ends what still runs.
 *
 * @param onFirst - Tells the user, once `signal` is aborted.
 * @param options - `onHangup`: what SIGHUP does instead of ending anything.
 */
export function listenForInterrupts(
	onFirst: () => void,
	{ onHangup }: { readonly onHangup?: (() => void) | undefined } = {},
): Interrupts {
	const controller = new AbortController();
	// Each step that runs listens.
	setMaxListeners(0, controller.signal);
	let code: number | null = null;
	const listener = (name: NodeJS.Signals): void => {
		if (name === 'SIGHUP' && onHangup) {
			onHangup();
			return;
		}
		if (code !== null) process.exit(CODES[name] ?? 130);
		code = CODES[name] ?? 130;
		// Who listens makes room for what is told.
		controller.abort(new Interrupt(name, code));
		onFirst();
	};
	for (const name of Object.keys(CODES)) process.on(name, listener);
	return {
		signal: controller.signal,
		exitCode: () => code,
		stop: () => {
			for (const name of Object.keys(CODES)) process.off(name, listener);
		},
	};
}
