import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { constants as system } from 'node:os';
import type { GroupSpec } from '../core/ports.ts';
import { createProgramFinder } from './find-program.ts';
import { GivenPids } from './given-pids.ts';
import { closePipes, LaunchedChild, openReserve, type Reserve } from './launched-child.ts';
import { LAUNCHER_SCRIPT } from './launcher-script.ts';
import type { GroupChild } from './node-process-group.ts';

/**
 * Starts commands from a small process.
 *
 * `spawn` copies the page tables of the process that calls it: 1 ms from a small Node and 50 µs more for each MiB, with the event
 * loop blocked. Here a few lanes of 5 MiB have the copy ready before the command is known, and this process goes on meanwhile.
 */
export interface Launcher {
	/**
	 * Starts a command as the leader of a session and group of its own.
	 *
	 * @returns The child once its shell runs; `null` when this way can't serve: the ordinary one then does, or says why not.
	 */
	launch(spec: GroupSpec): Promise<GroupChild | null>;
	/**
	 * Tells whom a lane forked from those whom a command started.
	 *
	 * @param sinceMs - By `performance.now`: when the process was heard of that is not older than the asked one.
	 * @returns True: it waits for a command, or has got one of its own since then.
	 */
	isOwn(pid: number, sinceMs: number): boolean;
	/** Lets the lanes go; what they started lives on. */
	close(): void;
}

/** Lanes of one launcher; more commands at once take the ordinary way. */
const LANES = 32;
/** Longest text that the kernel takes as one argument, and room for the rest: longer ones take the ordinary way, which tells the limit. */
const LONGEST_COMMAND = 100_000;
/** How long an ended command may stay a zombie, milliseconds. */
const DEBT_MS = 20;
const REAP = toFrame('');
/** Numbers of the system calls that Perl itself has no word for, or a slower one. */
const SYSTEM_CALLS: Readonly<Partial<Record<string, string>>> = {
	x64: 'read 0 write 1 close 3 fcntl 72 setsid 112 exit_group 231 waitid 247 dup3 292 pipe2 293',
	arm64: 'fcntl 25 dup3 24 close 57 pipe2 59 read 63 write 64 exit_group 94 waitid 95 setsid 157',
};
/** Shared by the lanes: most commands have the same shell and the same `PATH`. */
const programs = createProgramFinder();
const SIGNAL_NAMES = new Map(Object.entries(system.signals).map(([name, number]) => [number, name]));

/**
 * Starts a launcher where one can run: Linux on a processor that it knows, with Perl.
 *
 * @param baseEnv - Most commands have it, so that only what differs is sent with each.
 */
export function createLauncher(baseEnv: Readonly<Record<string, string>>): Launcher | null {
	const calls = SYSTEM_CALLS[process.arch];
	if (process.platform !== 'linux' || calls === undefined) return null;
	const main = spawn('perl', ['-e', LAUNCHER_SCRIPT, String(LANES), ...calls.split(' ')], {
		detached: true,
		cwd: '/',
		env: { PATH: process.env.PATH ?? '' },
		stdio: ['pipe', 'ignore', 'ignore', ...Array.from({ length: LANES }, () => 'pipe' as const)],
	});
	return new LaneLauncher(main, baseEnv);
}

class LaneLauncher implements Launcher {
	readonly #spares = new Set<number>();
	readonly #given = new GivenPids();
	readonly #main: ChildProcess;
	readonly #baseEnv: Readonly<Record<string, string>>;
	readonly #lanes: Lane[] = [];
	#isOpen = true;

	constructor(main: ChildProcess, baseEnv: Readonly<Record<string, string>>) {
		this.#main = main;
		this.#baseEnv = baseEnv;
		main.once('error', () => this.close());
		main.once('exit', () => this.close());
		main.stdin?.on('error', () => this.close());
		main.unref();
		for (const stream of main.stdio) if (stream instanceof Socket) stream.unref();
		main.stdin?.write(toFrame(toPairs(baseEnv)));
	}

	async launch(spec: GroupSpec): Promise<GroupChild | null> {
		if (!this.#isOpen || spec.stdin !== undefined || spec.command.length > LONGEST_COMMAND || hasNul(spec)) return null;
		const lane = this.#lanes.find((one) => !one.isBusy) ?? this.#openLane();
		return lane?.launch(spec, this.#baseEnv) ?? null;
	}

	isOwn(pid: number, sinceMs: number): boolean {
		return this.#spares.has(pid) || this.#given.isGivenSince(pid, sinceMs);
	}

	close(): void {
		if (!this.#isOpen) return;
		this.#isOpen = false;
		for (const lane of this.#lanes) lane.close();
		this.#main.stdin?.end();
	}

	#openLane(): Lane | null {
		const number = this.#lanes.length;
		const socket = this.#main.stdio[number + 3];
		if (number >= LANES || !(socket instanceof Socket)) return null;
		this.#main.stdin?.write(Uint8Array.of(number));
		const lane = new Lane(socket, this.#spares, this.#given);
		this.#lanes.push(lane);
		return lane;
	}
}

/** What became of a request. `unknown`: the lane is gone, and the command may run: it must not be started once more. */
type Start = 'started' | 'failed' | 'unknown';

/** A lane: one command at a time. */
class Lane {
	isBusy = false;
	readonly #socket: Socket;
	readonly #spares: Set<number>;
	readonly #given: GivenPids;
	#text = '';
	#reserve: Reserve | null = null;
	#isOver = false;
	/** Waits for the reserve, for the start, and for the end, whichever is due. */
	#onReserve: (() => void) | null = null;
	#onStart: ((start: Start) => void) | null = null;
	#running: LaunchedChild | null = null;
	/** How it ended is known, and told in the next task. */
	#isEndKnown = false;
	/** Not reaped yet. */
	#ended: LaunchedChild | null = null;
	/** Says that it may be, if no command says it before. */
	#debt: NodeJS.Timeout | null = null;

	constructor(socket: Socket, spares: Set<number>, given: GivenPids) {
		this.#socket = socket;
		this.#spares = spares;
		this.#given = given;
		socket.setEncoding('latin1');
		socket.on('data', (text: string) => this.#read(text));
		socket.on('error', () => this.#end());
		socket.on('close', () => this.#end());
		socket.unref();
	}

	async launch(spec: GroupSpec, baseEnv: Readonly<Record<string, string>>): Promise<GroupChild | null> {
		this.isBusy = true;
		this.#socket.ref();
		if (this.#reserve === null && !this.#isOver) {
			await new Promise<void>((resolve) => {
				this.#onReserve = resolve;
			});
		}
		const reserve = this.#takeReserve();
		if (reserve === null) return null;
		const start = await new Promise<Start>((resolve) => {
			this.#onStart = resolve;
			this.#takeDebt();
			this.#socket.write(toFrame(toRequest(spec, baseEnv)));
		});
		if (start === 'failed') {
			programs.forget(spec.shell, spec.env.PATH ?? '');
			closePipes(reserve);
			return null;
		}
		const child = new LaunchedChild(reserve);
		// The lane may be gone in the same chunk as the start.
		if (start === 'unknown' || (this.#isOver && !this.#isEndKnown)) {
			// Alive: it waits for its command, or has just got it, and whom it started meanwhile the group looks for.
			for (const target of [reserve.pid, -reserve.pid]) killQuietly(target);
			child.isReaped = true;
			child.end(null, 'SIGKILL', null);
			return child;
		}
		// The end may stand in the same chunk as the start: it is told to whoever listens by then.
		this.#running = child;
		return child;
	}

	close(): void {
		this.#takeDebt();
		this.#socket.destroy();
	}

	#read(text: string): void {
		const lines = (this.#text + text).split('\n');
		this.#text = lines.pop() ?? '';
		for (const line of lines) this.#readLine(line.split(' '));
	}

	#readLine([kind, ...words]: readonly string[]): void {
		const numbers = words.map(Number);
		if (kind === 'R') this.#receiveReserve(numbers);
		else if (kind === 'S') this.#settleStart('started');
		else if (kind === 'F') this.#fail();
		else if (kind === 'E') this.#finish(numbers);
		else this.#end();
	}

	#receiveReserve(numbers: readonly number[]): void {
		this.#reserve = openReserve(numbers);
		if (this.#reserve === null) {
			this.#end();
			return;
		}
		const { pid, lane, bornAtMs } = this.#reserve;
		this.#spares.add(pid);
		this.#given.add(pid, bornAtMs);
		this.#given.add(lane, bornAtMs);
		this.#onReserve?.();
		this.#onReserve = null;
	}

	#takeReserve(): Reserve | null {
		const reserve = this.#reserve;
		this.#reserve = null;
		if (reserve !== null) this.#spares.delete(reserve.pid);
		return reserve;
	}

	#settleStart(start: Start): void {
		this.#onStart?.(start);
		this.#onStart = null;
	}

	#fail(): void {
		this.#settleStart('failed');
		this.#rest();
	}

	#finish(end: readonly number[]): void {
		if (this.#running !== null) {
			this.#settleEnd(end);
			return;
		}
		// It stands in the same chunk as the start: a task later, whoever gets the child listens to its pipes.
		this.#isEndKnown = true;
		setImmediate(() => this.#settleEnd(end));
	}

	#settleEnd([code, status, newest]: readonly number[]): void {
		const child = this.#running;
		this.#running = null;
		this.#isEndKnown = false;
		const signal = SIGNAL_NAMES.get(status ?? 0) ?? `SIG${status}`;
		child?.end(code === 1 ? (status ?? null) : null, code === 1 ? null : signal, newest ?? null);
		this.#ended = child;
		if (this.#isOver) {
			this.#free();
			return;
		}
		// Only now may the number of the child become another's: its group knows that it has ended. That is no hurry, and waking the lane
		// for it alone takes the processor from whoever needs it: mostly the next command says it too.
		this.#debt = setTimeout(() => {
			if (this.#takeDebt()) this.#socket.write(REAP);
		}, DEBT_MS).unref();
		this.#rest();
	}

	#takeDebt(): boolean {
		if (this.#debt === null) return false;
		clearTimeout(this.#debt);
		this.#debt = null;
		this.#free();
		return true;
	}

	#free(): void {
		if (this.#ended !== null) this.#ended.isReaped = true;
		this.#ended = null;
	}

	#rest(): void {
		this.isBusy = false;
		this.#socket.unref();
	}

	/** The lane is gone: what it ran is nobody's child any more, and how it ends can't be told. */
	#end(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.isBusy = true;
		this.#takeDebt();
		this.#socket.destroy();
		const reserve = this.#takeReserve();
		if (reserve !== null) closePipes(reserve);
		this.#onReserve?.();
		this.#settleStart('unknown');
		if (this.#isEndKnown) return;
		if (this.#running !== null) this.#running.isReaped = true;
		this.#running?.end(null, 'SIGKILL', null);
		this.#running = null;
	}
}

function killQuietly(target: number): void {
	try {
		process.kill(target, 'SIGKILL');
	} catch {
		// It has ended, or leads no group yet.
	}
}

const hasNul = ({ command, cwd, shell, env }: GroupSpec): boolean =>
	command.includes('\0') ||
	cwd.includes('\0') ||
	shell.includes('\0') ||
	Object.values(env).some((value) => value.includes('\0'));

const toPairs = (env: Readonly<Record<string, string>>): string =>
	Object.entries(env)
		.map(([name, value]) => `${name}=${value}`)
		.join('\0');

function toRequest({ cwd, shell, command, env }: GroupSpec, baseEnv: Readonly<Record<string, string>>): string {
	const program = programs.find(shell, env.PATH ?? '');
	const gone = Object.keys(baseEnv).filter((name) => env[name] === undefined);
	const settings = Object.keys(env)
		.filter((name) => baseEnv[name] !== env[name])
		.map((name) => `${name}=${env[name]}`);
	return [cwd, program, shell, command, gone.length, ...gone, ...settings].join('\0');
}

function toFrame(text: string): Buffer {
	const frame = Buffer.allocUnsafe(4 + Buffer.byteLength(text));
	frame.writeUInt32BE(frame.length - 4);
	frame.write(text, 4);
	return frame;
}
