import { type ChildProcess, spawn } from 'node:child_process';

/** Ends process groups when this process ends before they do, however it ends. */
export interface Watchdog {
	add(pgid: number): void;
	remove(pgid: number): void;
	/** Lets the watchdog go; what it still guards lives on. */
	close(): void;
}

/**
 * Reads `+ pgid` and `- pgid`. The end of its input without `q` means that we are gone: it asks what is left to end, first with
 * TERM, 2 s later with KILL. Those who left their group are found by `$1` in their environment, where the system shows it.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM
groups=' '
while read -r sign pgid; do
	case $sign in
		+) groups="$groups$pgid " ;;
		-) case $groups in *" $pgid "*) groups="\${groups%% $pgid *} \${groups#* $pgid }" ;; esac ;;
		q) exit 0 ;;
	esac
done
strays() { grep -l -F -e "$1" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do [ "$pid" = $$ ] || echo "$pid"; done; }
send() {
	reached=
	for pgid in $groups; do kill -s "$1" -- "-$pgid" && reached=1; done
	for pid in $(strays "$2"); do kill -s "$1" "$pid" && reached=1; done
	[ -n "$reached" ]
}
send TERM "$1" || exit 0
send CONT "$1"
tries=0
while send 0 "$1" && [ $tries -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done
send KILL "$1"
`;

/**
 * Makes a watchdog: one small shell for any number of groups, started with the first one.
 *
 * @param token - Stands in the environment of every process that is guarded, and in no other's.
 */
export function createWatchdog(token: string): Watchdog {
	const guarded = new Set<number>();
	let shell: ChildProcess | null = null;

	const tell = (line: string): void => {
		shell?.stdin?.write(`${line}\n`);
	};
	const start = (): void => {
		// Detached: a Ctrl-C in the terminal is for us, and the watchdog must outlive us.
		const child = spawn('/bin/sh', ['-c', SCRIPT, 'verify-watchdog', token], {
			detached: true,
			cwd: '/',
			stdio: ['pipe', 'ignore', 'ignore'],
		});
		const forget = (): void => {
			if (shell === child) shell = null;
		};
		child.once('error', forget);
		child.once('exit', forget);
		child.stdin?.on('error', forget);
		child.unref();
		unref(child.stdin);
		shell = child;
		for (const pgid of guarded) tell(`+ ${pgid}`);
	};

	return {
		add: (pgid) => {
			guarded.add(pgid);
			if (shell) tell(`+ ${pgid}`);
			else start();
		},
		remove: (pgid) => {
			if (guarded.delete(pgid)) tell(`- ${pgid}`);
		},
		close: () => {
			tell('q');
			shell?.stdin?.end();
			shell = null;
		},
	};
}

/** Node types the pipe as a plain stream; it is a socket, which would keep the event loop alive. */
function unref(stream: unknown): void {
	if (stream instanceof Object && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
}
