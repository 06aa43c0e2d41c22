import type { Reporter } from '../core/events.ts';

/** Where a command writes: results to `out`, everything else to `err`. Both end the line themselves. */
export interface Io {
	out(line: string): void;
	err(line: string): void;
	readonly isErrTty: boolean;
	readonly isOutTty: boolean;
	/** Columns of the screen; 120 where there is none. */
	readonly columns: number;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	/** Where commands to the CI server go, when `out` and `err` make harmless what looks like one. */
	readonly unguarded?: Pick<Io, 'out' | 'err'>;
}

/** What a command gets: positional arguments and options as typed, unconverted but for cac's guess of numbers. */
export interface Invocation {
	readonly args: readonly string[];
	readonly options: Readonly<Record<string, unknown>>;
	readonly io: Io;
	/** What starts a run from inside of this process hears its story too. */
	readonly reporters?: readonly Reporter[];
	/** Ends a run as Ctrl-C does, which is then not listened for; whoever gives it listens. */
	readonly signal?: AbortSignal;
}

/** Creates the real one over this process's streams. A reader that goes away (`| head`) ends nothing. */
export function createProcessIo(): Io {
	for (const stream of [process.stdout, process.stderr]) {
		stream.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code !== 'EPIPE') throw error;
		});
	}
	return {
		out: (line) => void process.stdout.write(`${line}\n`),
		err: (line) => void process.stderr.write(`${line}\n`),
		isErrTty: process.stderr.isTTY === true,
		isOutTty: process.stdout.isTTY === true,
		columns: process.stderr.columns ?? process.stdout.columns ?? 120,
		env: process.env,
		cwd: process.cwd(),
	};
}
