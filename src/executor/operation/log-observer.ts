import type { ExecutorObserver } from '../hooks.ts';
import type { Log } from './create-logger.ts';

/** Tells a log what an executor does. */
export const createLogObserver = (log: Log): ExecutorObserver => ({
	sessionOpened: ({ sessionId, address }) => log('debug', 'session opened', { session: sessionId, address }),
	sessionClosed: ({ sessionId, address }) => log('debug', 'session closed', { session: sessionId, address }),
	executionStarted: ({ executionId, commandSha256, peer }) =>
		log('info', 'execution started', {
			execution: executionId,
			command_sha256: commandSha256,
			session: peer.sessionId,
			address: peer.address,
		}),
	executionEnded: ({ executionId, exitCode, signal, isCanceled, durationMs, leaked }) =>
		log(leaked > 0 ? 'warn' : 'info', 'execution ended', {
			execution: executionId,
			exit_code: exitCode,
			signal,
			canceled: isCanceled,
			duration_ms: Math.round(durationMs),
			leaked,
		}),
	executionRefused: ({ executionId, reason, peer }) =>
		log('warn', 'execution refused', {
			execution: executionId,
			reason,
			session: peer.sessionId,
			address: peer.address,
		}),
	outputHeld: (executionId) => log('debug', 'output held', { execution: executionId }),
});

/** One observer that tells all of them, in their order. */
export const joinObservers = (observers: Observers): ExecutorObserver => ({
	sessionOpened: (peer) => tell(observers, (observer) => observer.sessionOpened(peer)),
	sessionClosed: (peer) => tell(observers, (observer) => observer.sessionClosed(peer)),
	executionStarted: (start) => tell(observers, (observer) => observer.executionStarted(start)),
	executionEnded: (outcome) => tell(observers, (observer) => observer.executionEnded(outcome)),
	executionRefused: (refusal) => tell(observers, (observer) => observer.executionRefused(refusal)),
	outputHeld: (executionId) => tell(observers, (observer) => observer.outputHeld(executionId)),
});

type Observers = readonly ExecutorObserver[];

const tell = (observers: Observers, say: (observer: ExecutorObserver) => void): void => {
	for (const observer of observers) say(observer);
};
