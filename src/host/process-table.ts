import { execFile } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { promisify } from 'node:util';

/** One process as the system shows it. */
export interface ProcessRow {
	readonly pid: number;
	readonly parent: number;
	readonly group: number;
	/** `null` where the system does not show it. */
	readonly session: number | null;
	/** Dead already: only its number is left. */
	readonly isZombie: boolean;
	/** When it started, in the system's own spelling: with the pid it names one process for ever. */
	readonly startedAt: string;
}

/** Shows the processes of the machine. */
export interface ProcessTable {
	/** False: `environmentOf` is always empty. */
	readonly showsEnvironments: boolean;
	/**
	 * Lists processes.
	 *
	 * @param youngerThan - Set: only those with a pid given out after this one are wanted; more may come.
	 * @param isStranger - Those need not be looked at; they may come.
	 */
	list(youngerThan: number | null, isStranger: (pid: number) => boolean): Promise<readonly ProcessRow[]>;
	/**
	 * @returns The environment a process was started with, entries ended by NUL; `''` where it is not shown; `null`: it has ended, or is
	 *   about to execute another program, and whoever wants to know has to look again.
	 */
	environmentOf(pid: number): string | null;
	/** @returns The command line, words parted by blanks; `''` where it is not shown. */
	commandOf(pid: number): Promise<string>;
}

const PROBED_AT_MOST = 64;
/** Where others fork faster than we can look, we stop looking for the newest. */
const MOST_ROUNDS = 1000;

/**
 * The table that `/proc` shows (Linux).
 *
 * Right after a short command hardly any pid was given out since: those few are probed, which costs a tenth of listing the whole folder.
 * After more of them the folder is listed, and still only the younger ones are read. It is no snapshot: the list is complete once nobody
 * came while it was read.
 */
export const procTable: ProcessTable = {
	showsEnvironments: true,
	list: async (youngerThan, isStranger) => {
		const rows = new Map<number, ProcessRow>();
		let newest = newestPid();
		let pids = pidsToLook(youngerThan, newest, isStranger);
		for (let round = 0; round < MOST_ROUNDS; round += 1) {
			for (const pid of pids) {
				const row = readStat(pid);
				if (row !== null) rows.set(pid, row);
			}
			// Whoever forked and ended before its turn came left children that were not there when we began.
			const before = newest;
			newest = newestPid();
			if (newest === before) break;
			pids = pidsToLook(before, newest, isStranger);
		}
		return [...rows.values()];
	},
	// Read again: by the time that we ask whether it executes a program it may have done so.
	environmentOf: (pid) => readProc(pid, 'environ') || (isFleeting(pid) ? null : readProc(pid, 'environ')),
	commandOf: async (pid) => {
		const words = readProc(pid, 'cmdline').replaceAll('\0', ' ').trim();
		return Buffer.from(words || readProc(pid, 'comm').trim(), 'latin1').toString();
	},
};

/** proc(5), loadavg: the fifth field is the pid given out last. Pids count up and wrap. */
const newestPid = (): number => Number(readText('/proc/loadavg').split(' ')[4]);

function pidsToLook(youngerThan: number | null, newest: number, isStranger: (pid: number) => boolean): number[] {
	if (youngerThan === null || newest < youngerThan) return allPids();
	const count = newest - youngerThan;
	if (count > PROBED_AT_MOST) return allPids().filter((pid) => pid > youngerThan && !isStranger(pid));
	return Array.from({ length: count }, (_, index) => youngerThan + 1 + index).filter(
		(pid) => !isStranger(pid) && existsSync(`/proc/${pid}`),
	);
}

const allPids = (): number[] => readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));

function readProc(pid: number, file: string): string {
	try {
		return readText(`/proc/${pid}/${file}`);
	} catch (error) {
		// It ended, or it is another user's. Any other reason hides somebody who is there.
		if (error instanceof Error && 'code' in error && NOT_SHOWN.has(error.code)) return '';
		throw error;
	}
}

/** proc(5), stat: the flag of threads of the kernel, which have no program. */
const PF_KTHREAD = 0x00200000;

/** Dead by now, or in `execve`, where the old memory is gone before the new one has words and environment. */
function isFleeting(pid: number): boolean {
	const fields = readFields(pid);
	if (fields === null || isDead(fields)) return true;
	return (Number(fields[6]) & PF_KTHREAD) === 0 && readProc(pid, 'cmdline') === '';
}

const NOT_SHOWN: ReadonlySet<unknown> = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

const BLOCK = 16 * 1024;
const block = Buffer.allocUnsafe(BLOCK);

/** Half the cost of `readFileSync`, which asks for the size first: files of `/proc` tell none. */
function readText(path: string): string {
	const descriptor = openSync(path, 'r');
	try {
		let text = '';
		for (;;) {
			const length = readSync(descriptor, block, 0, BLOCK, null);
			if (length === 0) return text;
			text += block.toString('latin1', 0, length);
		}
	} finally {
		closeSync(descriptor);
	}
}

function readStat(pid: number): ProcessRow | null {
	const fields = readFields(pid);
	if (fields === null) return null;
	const [, parent, group, session] = fields;
	return {
		pid,
		parent: Number(parent),
		group: Number(group),
		session: Number(session),
		isZombie: isDead(fields),
		startedAt: fields[19] ?? '',
	};
}

/** @returns The third field and those behind it; `null` when nobody has this number. */
function readFields(pid: number): readonly string[] | null {
	const stat = readProc(pid, 'stat');
	// proc(5), stat: the second field is the program's name in parentheses and may itself hold blanks and parentheses.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return fields.length < 4 ? null : fields;
}

const isDead = ([state]: readonly string[]): boolean => state === 'Z' || state === 'X';

const PS_LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s*$/;
const run = promisify(execFile);

/** The table that `ps` prints (macOS, where the kernel gives it all at once, and wherever `/proc` is missing). Environments are not shown. */
export const psTable: ProcessTable = {
	showsEnvironments: false,
	list: async () => {
		const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], {
			env: { ...process.env, LC_ALL: 'C' },
			maxBuffer: 64 * 1024 * 1024,
		});
		return stdout.split('\n').flatMap((line) => {
			const [, pid, parent, group, state, startedAt] = PS_LINE.exec(line) ?? [];
			if (state === undefined || startedAt === undefined) return [];
			return [
				{
					pid: Number(pid),
					parent: Number(parent),
					group: Number(group),
					session: null,
					isZombie: state.startsWith('Z'),
					startedAt,
				},
			];
		});
	},
	environmentOf: () => '',
	commandOf: (pid) =>
		run('ps', ['-o', 'args=', '-p', String(pid)]).then(
			({ stdout }) => stdout.trim(),
			() => '',
		),
};

/** @returns The best table of this machine. */
export const findProcessTable = (): ProcessTable => (existsSync('/proc/self/stat') ? procTable : psTable);
