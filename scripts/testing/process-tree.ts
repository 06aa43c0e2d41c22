import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Processes that end by themselves get this long. */
const LEAVE_MS = Number(process.env.TEST_LEAVE_MS ?? 3000);

/** A process that belongs to a test file. */
interface Member {
	readonly pid: number;
	readonly command: string;
}

/**
 * Ends what a test file left running: its group, and on Linux every process that inherited its id in the environment, whatever group
 * or session it is in.
 *
 * @param pid - Of the file's process, which leads its group.
 * @param id - Stands in the environment of the file's process.
 * @param options - `isPatient`: processes that are about to end get three seconds.
 * @returns The command lines of those that had to be killed.
 */
export async function endTree(
	pid: number,
	id: string,
	{ isPatient }: { readonly isPatient: boolean },
): Promise<readonly string[]> {
	const deadline = performance.now() + (isPatient ? LEAVE_MS : 0);
	let members = membersOf(id);
	while (members.length > 0 && performance.now() < deadline) {
		await sleep(20);
		members = membersOf(id);
	}
	kill(-pid);
	const killed = members.map((member) => member.command);
	// Whoever is killed may have started another one a moment before.
	for (let round = 0; round < 20 && members.length > 0; round += 1) {
		for (const member of members) kill(member.pid);
		await sleep(10);
		members = membersOf(id);
	}
	return killed;
}

/** Only Linux shows environments without asking a program. */
function membersOf(id: string): readonly Member[] {
	if (process.platform !== 'linux') return [];
	return readdirSync('/proc').flatMap((name) => {
		if (!/^\d+$/.test(name) || name === String(process.pid)) return [];
		try {
			// A zombie's environment is empty, so it is not a member.
			if (!readFileSync(`/proc/${name}/environ`, 'latin1').includes(id)) return [];
			const command = readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
			return [{ pid: Number(name), command: command.slice(0, 100) }];
		} catch {
			return [];
		}
	});
}

function kill(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// Gone already.
	}
}
