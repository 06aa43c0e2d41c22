import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Ends process groups when this process ends before they do, however it ends. */
export interface Watchdog {
	/** Guards what is about to be started: should this process end before it hears of it, it is found by its token. */
	wake(): void;
	add(pgid: number): void;
	remove(pgid: number): void;
	/** Lets the watchdog go; what it still guards lives on. */
	close(): void;
}

/**
 * Waits for the end of its input. Without a word before, it means that we are gone: everybody on the list gets TERM, 2 s later KILL.
 * Those who left their group are found by `$1` in their environment, where the system shows it. It shows none of a command that is
 * between its request and its `exec`: nobody is believed to be there before that has been looked for during half a second.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM
read -r word && exit 0
groups=$(cat <&3)
strays() { grep -l -F -e "$1" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do [ "$pid" = $$ ] || echo "$pid"; done; }
send() {
	reached=
	for pgid in $groups; do kill -s "$1" -- "-$pgid" && reached=1; done
	for pid in $(strays "$2"); do kill -s "$1" "$pid" && reached=1; done
	[ -n "$reached" ]
}
looks=0
until send TERM "$1"; do [ $((looks += 1)) -lt 6 ] || exit 0; sleep 0.1; done
send CONT "$1"
tries=0
while send 0 "$1" && [ $tries -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done
[ $tries -gt 0 ] || sleep 0.1
send KILL "$1"
`;

/** Characters of one place in the list; Linux numbers processes up to 4 million, macOS to 100 thousand. */
const PLACE = 11;

/**
 * Makes a watchdog: one small shell for any number of groups, started with the first one.
 *
 * The list of groups is a file without a name that both have open: keeping it up to date costs one small write a group and wakes
 * nobody, where a message through a pipe would take the processor from the very command that was just started.
 *
 * @param token - Stands in the environment of every process that is guarded, and in no other's.
 */
export function createWatchdog(token: string): Watchdog {
	/** Places in the list by group; `null`: free. */
	const places: (number | null)[] = [];
	let list: number | null = null;
	let shell: ChildProcess | null = null;

	const write = (place: number, pgid: number | null): void => {
		places[place] = pgid;
		if (list !== null) writeSync(list, `${String(pgid ?? '').padStart(PLACE - 1)}\n`, place * PLACE, 'latin1');
	};
	const start = (): void => {
		list ??= openNameless();
		// Detached: a Ctrl-C in the terminal is for us, and the watchdog must outlive us.
		const child = spawn('/bin/sh', ['-c', SCRIPT, 'verify-watchdog', token], {
			detached: true,
			cwd: '/',
			stdio: ['pipe', 'ignore', 'ignore', list],
		});
		const forget = (): void => {
			if (shell === child) shell = null;
		};
		child.once('error', forget);
		child.once('exit', (_code, signal) => {
			if (shell !== child) return;
			shell = null;
			// Somebody killed it; what runs is not left alone.
			if (signal !== null && places.some((pgid) => pgid !== null)) start();
		});
		child.stdin?.on('error', forget);
		child.unref();
		unref(child.stdin);
		shell = child;
	};

	const wake = (): void => {
		if (shell === null) start();
	};

	return {
		wake,
		add: (pgid) => {
			wake();
			const free = places.indexOf(null);
			write(free === -1 ? places.length : free, pgid);
		},
		remove: (pgid) => {
			const place = places.indexOf(pgid);
			if (place !== -1) write(place, null);
		},
		close: () => {
			shell?.stdin?.end('goodbye\n');
			shell = null;
		},
	};
}

/** A file that is gone with the last process that has it open. */
function openNameless(): number {
	const path = join(tmpdir(), `verify-${randomBytes(12).toString('hex')}`);
	// `x`: nobody can have put a link in its place.
	const descriptor = openSync(path, 'wx+', 0o600);
	unlinkSync(path);
	return descriptor;
}

/** Node types the pipe as a plain stream; it is a socket, which would keep the event loop alive. */
function unref(stream: unknown): void {
	if (stream instanceof Object && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
}
