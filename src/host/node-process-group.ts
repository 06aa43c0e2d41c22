import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupExit, GroupSignal, LeakedProcess, ProcessGroup } from '../core/ports.ts';
import { YOUNG_MS } from './given-pids.ts';
import type { OutputPipe } from './output-pipe.ts';
import type { ProcessRow, ProcessTable } from './process-table.ts';

/** A started child that leads a process group of its own. */
export interface GroupChild {
	readonly pid: number;
	/** By `performance.now`; default: now. */
	readonly bornAtMs?: number;
	/** The pid that was given out last when it ended, where that was seen. */
	readonly newestPid?: number | null;
	/** False while its number can't be another's although it has ended; default: true. It may become true a while before its number is free. */
	readonly isReaped?: boolean;
	/** Whose child it is; default: ours. */
	readonly parent?: number;
	readonly stdout: OutputPipe;
	readonly stderr: OutputPipe;
	once(event: 'exit', listener: (exitCode: number | null, signal: string | null) => void): unknown;
}

/** What a group is made with. */
export interface GroupHost {
	readonly table: ProcessTable;
	/** Stands in the environment of this group's processes, and in no other's. */
	readonly token: string;
	/** True of processes that can't be of this group. */
	readonly isStranger: (pid: number) => boolean;
	/** Called once, when nobody is left. */
	readonly onGone: () => void;
}

const COMMAND_LENGTH = 200;
/** How often we look again for somebody who is about to execute a program: that may have to be read from a disk. */
const MOST_LOOKS = 100;
/** So many of them follow each other at once: mostly somebody has just ended. */
const QUICK_LOOKS = 3;
/** Of so many numbers one is somebody's whom we don't know. */
const MOST_STRANGERS = 1000;

/**
 * A process group by Node's means.
 *
 * No number is signalled that could be another's: the kernel keeps the number of a group taken while anybody, were it a zombie, is
 * in it, so it is safe while our leader is not reaped. Later it takes a look at the process table that found a member, and no
 * process with the leader's own number, which can only be a stranger's.
 */
export class NodeProcessGroup implements ProcessGroup {
	readonly pid: number;
	readonly pgid: number;
	readonly exited: Promise<GroupExit>;
	readonly closed: Promise<void>;
	readonly #child: GroupChild;
	readonly #host: GroupHost;
	readonly #bornAtMs: number;
	#isPaused = false;
	#hold: 'led' | 'unsure' | 'seen' | 'gone' = 'led';
	/** Leaders of groups of this process that have not ended. Nobody gets into a session but by birth: whoever is in theirs is in no other group. */
	static readonly #leaders = new Set<number>();
	/** Who left the group, by pid. */
	readonly #strays = new Map<number, ProcessRow>();

	constructor(child: GroupChild, host: GroupHost) {
		this.#child = child;
		this.#host = host;
		this.#bornAtMs = child.bornAtMs ?? performance.now();
		this.pid = child.pid;
		this.pgid = child.pid;
		this.exited = new Promise((resolve) => {
			NodeProcessGroup.#leaders.add(child.pid);
			child.once('exit', (exitCode, signal) => {
				NodeProcessGroup.#leaders.delete(child.pid);
				this.#hold = 'unsure';
				this.#stayPaused();
				resolve({ exitCode, signal });
			});
		});
		this.closed = Promise.all([closeOf(child.stdout), closeOf(child.stderr)]).then(() => {});
		// Flowing must be false, not null: execa lets a stream that nobody reads run dry.
		this.pause();
	}

	onOutput(listener: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void): void {
		this.#child.stdout.on('data', (chunk: Uint8Array) => listener('stdout', chunk));
		this.#child.stderr.on('data', (chunk: Uint8Array) => listener('stderr', chunk));
		this.resume();
	}

	pause(): void {
		this.#isPaused = true;
		this.#child.stdout.pause();
		this.#child.stderr.pause();
	}

	resume(): void {
		this.#isPaused = false;
		this.#child.stdout.resume();
		this.#child.stderr.resume();
	}

	signal(signal: GroupSignal): boolean {
		const isInGroup = (this.#hold === 'led' || this.#hold === 'seen') && send(-this.pgid, signal);
		const strays = [...this.#strays.keys()].filter((pid) => send(pid, signal));
		return isInGroup || strays.length > 0;
	}

	closeStreams(): void {
		this.#child.stdout.destroy();
		this.#child.stderr.destroy();
	}

	async survivors(): Promise<readonly LeakedProcess[]> {
		if (this.#isGone() || this.#wasAlone()) return [];
		const members = await this.#look();
		this.#strays.clear();
		for (const row of members) if (row.group !== this.pgid) this.#strays.set(row.pid, row);
		if (this.#hold !== 'led') {
			this.#hold = members.some((row) => row.group === this.pgid) ? 'seen' : 'gone';
			if (members.length === 0) this.#host.onGone();
		}
		return Promise.all(members.map((row) => this.#describe(row)));
	}

	async #look(): Promise<ProcessRow[]> {
		for (let looks = 1; ; looks += 1) {
			// As it is now: the list may be a while old once it has come, and show the leader who is gone by then.
			const isHeld = this.#hold === 'led' || this.#child.isReaped === false;
			const rows = await this.#host.table.list(this.#isYoung() ? this.pid - 1 : null, this.#host.isStranger);
			const { members, hasUnknown } = this.#membersOf(rows, isHeld);
			const alive = members.filter((row) => !row.isZombie);
			// Where somebody is left there will be another look anyway.
			if (alive.length > 0 || !hasUnknown || looks === MOST_LOOKS) return alive;
			if (looks >= QUICK_LOOKS) await sleep(1);
		}
	}

	/** Node lets paused streams flow one tick after the child's end, whether somebody listens or not. */
	#stayPaused(): void {
		process.nextTick(() =>
			process.nextTick(() => {
				if (this.#isPaused) this.pause();
			}),
		);
	}

	#isGone(): boolean {
		if (this.#strays.size > 0 || this.#hold === 'led') return false;
		if (this.#hold === 'gone') return true;
		// Where strays can't be seen anyway, one question to the kernel spares the table. Only its "nobody" counts: zombies answer too.
		if (this.#host.table.showsEnvironments || send(-this.pgid, 0)) return false;
		this.#hold = 'gone';
		this.#host.onGone();
		return true;
	}

	/** Nobody but strangers got a number between its start and its end: it started nobody, and most short commands are such. */
	#wasAlone(): boolean {
		const { newestPid } = this.#child;
		if (this.#hold !== 'unsure' || newestPid == null || !this.#isYoung()) return false;
		const count = newestPid - this.pid;
		if (count < 0 || count > MOST_STRANGERS) return false;
		for (let pid = this.pid + 1; pid <= newestPid; pid += 1) if (!this.#host.isStranger(pid)) return false;
		this.#hold = 'gone';
		this.#host.onGone();
		return true;
	}

	/** Looked for among the newest pids alone: they can't have wrapped in so short a time. */
	#isYoung(): boolean {
		return performance.now() - this.#bornAtMs < YOUNG_MS;
	}

	/**
	 * @param isHeld - Nobody else could have the leader's number when the rows were asked for.
	 * @returns `hasUnknown`: somebody could not be asked. Who ends or executes a program just then may be one of ours, and have forked another.
	 */
	#membersOf(rows: readonly ProcessRow[], isHeld: boolean): { members: ProcessRow[]; hasUnknown: boolean } {
		const { pgid } = this;
		let hasUnknown = false;
		const isMarked = ({ pid }: ProcessRow): boolean => {
			const environment = this.#host.table.environmentOf(pid);
			hasUnknown ||= environment === null;
			return environment?.includes(this.#host.token) === true;
		};
		const isTaken = (): boolean => rows.some((row) => row.pid === pgid && !this.#isLeader(row));
		const isOurs = isHeld || (this.#hold !== 'gone' && !isTaken());
		const members = new Set(
			rows.filter(
				(row) =>
					(isOurs && (row.group === pgid || row.session === pgid)) ||
					this.#strays.get(row.pid)?.startedAt === row.startedAt ||
					(!row.isZombie && !this.#isElsewhere(row) && isMarked(row)),
			),
		);
		// Children of members, also when they left the group and cleaned their environment.
		const pids = new Set([...members].map((row) => row.pid));
		for (let before = -1; before !== members.size; ) {
			before = members.size;
			for (const row of rows) {
				if (!pids.has(row.parent) || members.has(row)) continue;
				members.add(row);
				pids.add(row.pid);
			}
		}
		return { members: [...members], hasUnknown };
	}

	/** Ours is seen dead until its lane comes to reap it, on a busy machine long after it was told to. */
	#isLeader(row: ProcessRow): boolean {
		return row.isZombie && row.parent === (this.#child.parent ?? process.pid);
	}

	/** Threads of the kernel are in session 0. */
	#isElsewhere({ session }: ProcessRow): boolean {
		return session === 0 || (session !== null && session !== this.pgid && NodeProcessGroup.#leaders.has(session));
	}

	async #describe({ pid }: ProcessRow): Promise<LeakedProcess> {
		const command = await this.#host.table.commandOf(pid);
		return { pid, command: command.slice(0, COMMAND_LENGTH) || '?' };
	}
}

const closeOf = (stream: OutputPipe): Promise<void> =>
	new Promise((resolve) => {
		stream.once('close', () => resolve());
		stream.once('error', () => resolve());
	});

function send(target: number, signal: GroupSignal | 0): boolean {
	try {
		return process.kill(target, signal);
	} catch {
		// Nobody is there, or nobody whom we may signal.
		return false;
	}
}
