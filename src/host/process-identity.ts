import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What is known of a process number. */
export type ProcessState =
	/** Nobody has this number, or only a zombie. */
	| { readonly state: 'gone' }
	/** Somebody has it; `startedAt` tells one holder of the number from the next, `null` where the system hides it. */
	| { readonly state: 'alive'; readonly startedAt: string | null };

/**
 * Looks a process up.
 *
 * @param pid - 1 or more.
 * @param options - `hasProcfs`: read `/proc`, default on Linux; elsewhere `ps` is asked.
 */
export function inspectProcess(pid: number, options: { readonly hasProcfs?: boolean } = {}): ProcessState {
	try {
		process.kill(pid, 0);
	} catch (error) {
		// EPERM: it lives and belongs to somebody else.
		if ((error as NodeJS.ErrnoException).code === 'ESRCH') return { state: 'gone' };
	}
	return (options.hasProcfs ?? process.platform === 'linux') ? fromProcfs(pid) : fromPs(pid);
}

function fromProcfs(pid: number): ProcessState {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// proc_pid_stat(5): the name in parentheses may hold blanks and parentheses; state is field 3, start time field 22.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		if (fields[0] === 'Z' || fields[0] === 'X') return { state: 'gone' };
		// Start times count from the boot, so they repeat after the next one.
		const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
		return { state: 'alive', startedAt: `${boot}:${fields[19]}` };
	} catch {
		return { state: 'alive', startedAt: null };
	}
}

function fromPs(pid: number): ProcessState {
	try {
		const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
			env: { ...process.env, LC_ALL: 'C' },
		}).trim();
		const [state = '', ...start] = line.split(/\s+/);
		return state.startsWith('Z') ? { state: 'gone' } : { state: 'alive', startedAt: start.join(' ') || null };
	} catch {
		return { state: 'alive', startedAt: null };
	}
}
