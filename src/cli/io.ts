import { fstatSync } from 'node:fs';
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

/**
 * Creates the real one over this process's streams. A reader that goes away (`| head`) ends nothing.
 *
 * A stream is opened by who uses it first: Node loads its network for one that is a pipe.
 */
export function createProcessIo(): Io {
	const stdout = once(() => outliveReader(process.stdout));
	const stderr = once(() => outliveReader(process.stderr));
	const isErrTty = once(() => mayBeTerminal(2) && stderr().isTTY === true);
	const isOutTty = once(() => mayBeTerminal(1) && stdout().isTTY === true);
	return {
		out: (line) => void stdout().write(`${line}\n`),
		err: (line) => void stderr().write(`${line}\n`),
		get isErrTty() {
			return isErrTty();
		},
		get isOutTty() {
			return isOutTty();
		},
		get columns() {
			return (isErrTty() ? stderr().columns : null) ?? (isOutTty() ? stdout().columns : null) ?? 120;
		},
		env: process.env,
		cwd: process.cwd(),
	};
}

/** Has a stream outlive the reader that goes away; for who writes to it without an {@link Io}. */
export function outliveReader<Stream extends NodeJS.WriteStream>(stream: Stream): Stream {
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') throw error;
	});
	return stream;
}

/** Asked of the system, without opening the stream. Windows does not tell. */
const mayBeTerminal = (fd: number): boolean => process.platform === 'win32' || fstatSync(fd).isCharacterDevice();

function once<T>(make: () => T): () => T {
	let made: { readonly value: T } | null = null;
	return () => {
		made ??= { value: make() };
		return made.value;
	};
}
