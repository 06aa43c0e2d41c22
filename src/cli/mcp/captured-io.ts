import type { Io } from '../io.ts';

/** What a command printed, instead of printing it. */
export interface CapturedIo {
	readonly io: Io;
	readonly out: readonly string[];
	readonly err: readonly string[];
}

/** Creates an `Io` that keeps the lines: stdout belongs to the protocol, and a model has no screen. */
export function captureIo({ env, cwd }: Io): CapturedIo {
	const out: string[] = [];
	const err: string[] = [];
	return {
		io: {
			out: (line) => void out.push(line),
			err: (line) => void err.push(line),
			isErrTty: false,
			isOutTty: false,
			columns: 120,
			env,
			cwd,
		},
		out,
		err,
	};
}
