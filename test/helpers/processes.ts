import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks for live processes by their command line.
 *
 * @returns One line for each: pid and command line; zombies are left out.
 */
export function processesWith(text: string): string[] {
	const table = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,stat=,args='], { encoding: 'utf8' });
	return table.split('\n').flatMap((line) => {
		const [, pid, state, command] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
		if (command === undefined || state?.startsWith('Z') || !command.includes(text)) return [];
		return [`${pid} ${command}`];
	});
}

/** @returns How many live processes have exactly this command line. */
export const countRunning = (command: string): number =>
	processesWith(command).filter((line) => line.replace(/^\d+ /, '') === command).length;

/** Waits until `isTrue`, looking every 5 ms; fails after 10 s. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
	const deadline = performance.now() + 10_000;
	while (!(await isTrue())) {
		if (performance.now() > deadline) throw new Error(`Waited 10 s in vain: ${what}`);
		await sleep(5);
	}
}

let count = 0;

/** A duration for `sleep` that no other process of this machine sleeps: it names the process in the table. */
export const uniqueSleep = (): string => `300.${process.pid}${String(count++).padStart(3, '0')}`;
