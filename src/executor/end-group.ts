import type { Clock, LeakedProcess, ProcessGroup } from '../core/ports.ts';

/** What ending a group came to. */
export interface GroupEnd {
	/** Alive when the ending began. */
	readonly found: readonly LeakedProcess[];
	/** Alive after TERM and the grace: they got KILL. */
	readonly killed: readonly LeakedProcess[];
	/** Alive after KILL: the system does not let them go. */
	readonly stuck: readonly LeakedProcess[];
}

/** How long ending may take. */
export interface EndLimits {
	/** Between TERM and KILL, milliseconds. */
	readonly graceMs: number;
	/** After KILL, milliseconds. */
	readonly patienceMs: number;
}

const POLLS_MS = [1, 2, 4, 8, 16, 32];
const SLOWEST_POLL_MS = 50;

/**
 * Ends everybody of a group: TERM, grace, KILL, until nobody is left.
 *
 * @param onAsked - Called once TERM is sent, or nobody was there to get it.
 */
export async function endGroup(
	group: ProcessGroup,
	clock: Clock,
	{ graceMs, patienceMs }: EndLimits,
	onAsked: () => void = () => {},
): Promise<GroupEnd> {
	// Looking comes first: it also finds those who left the group, so that one round of signals reaches all.
	const found = await look(group, [{ pid: group.pid, command: '?' }]);
	if (found.length > 0) {
		group.signal('SIGTERM');
		// TERM waits while a process is stopped, by us or by itself.
		group.signal('SIGCONT');
	}
	onAsked();
	const killed = await untilGone(group, clock, graceMs, found);
	const stuck = await untilGone(group, clock, patienceMs, killed, () => group.signal('SIGKILL'));
	return { found, killed, stuck };
}

async function untilGone(
	group: ProcessGroup,
	clock: Clock,
	limitMs: number,
	atFirst: readonly LeakedProcess[],
	beforeEach: () => void = () => {},
): Promise<readonly LeakedProcess[]> {
	const startedMs = clock.monotonicMs();
	let alive = atFirst;
	for (let round = 0; alive.length > 0; round += 1) {
		// At every round: who is about to fork may have done so before the signal came.
		beforeEach();
		const leftMs = limitMs - (clock.monotonicMs() - startedMs);
		if (leftMs <= 0) return alive;
		await sleep(clock, Math.min(leftMs, POLLS_MS[round] ?? SLOWEST_POLL_MS));
		alive = await look(group, alive);
	}
	return alive;
}

/** Who can't be looked at (no descriptor left, no `ps`) counts as alive. */
const look = (group: ProcessGroup, assumed: readonly LeakedProcess[]): Promise<readonly LeakedProcess[]> =>
	group.survivors().catch(() => assumed);

const sleep = (clock: Clock, delayMs: number): Promise<void> =>
	new Promise((resolve) => {
		clock.schedule(resolve, delayMs);
	});
