import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { AppError } from '../core/errors.ts';
import type { GroupSpec, Processes, ProcessGroup } from '../core/ports.ts';
import { createLauncher, type Launcher } from './launcher.ts';
import { type GroupChild, NodeProcessGroup } from './node-process-group.ts';
import { findProcessTable, type ProcessTable } from './process-table.ts';
import { createWatchdog } from './watchdog.ts';

/** How processes are kept track of. */
export interface NodeProcessesOptions {
	/** Default: `/proc` where there is one, else `ps`. */
	readonly table?: ProcessTable;
	/**
	 * Whether a launcher starts the commands where it can: `later` from the second one on (default), so that a single command does not
	 * pay for it; `first`; `never`.
	 */
	readonly launcher?: 'later' | 'first' | 'never';
}

/** {@link Processes} of this machine. Whoever made it closes it. */
export interface NodeProcesses extends Processes {
	/** Lets the watchdog go. Groups that still run then outlive this process. */
	close(): void;
}

/** Names the groups that a process belongs to, outermost first, so that a `verify` inside a step of another one is found by both. */
const LINEAGE = 'VERIFY_LINEAGE';

/**
 * Starts process groups through execa.
 *
 * Should this process end before its groups, even by SIGKILL, a watchdog ends them.
 */
export function createNodeProcesses(options: NodeProcessesOptions = {}): NodeProcesses {
	const table = options.table ?? findProcessTable();
	const self = randomBytes(12).toString('hex');
	const watchdog = createWatchdog(`:${self}.`);
	const eager = options.launcher === 'first' ? 1 : options.launcher === 'never' ? Number.POSITIVE_INFINITY : 2;
	let launcher: Launcher | null | undefined;
	let count = 0;

	return {
		spawnGroup: async (spec) => {
			count += 1;
			if (count >= eager && launcher === undefined) launcher = createLauncher(spec.env);
			const token = `:${self}.${count}:`;
			const marked = { ...spec, env: { ...spec.env, [LINEAGE]: `${process.env[LINEAGE] ?? ''}${token}` } };
			watchdog.wake();
			const child = (await launcher?.launch(marked)) ?? (await startChild(marked));
			watchdog.add(child.pid);
			const bornAtMs = child.bornAtMs ?? performance.now();
			const group: ProcessGroup = new NodeProcessGroup(child, {
				table,
				token,
				isStranger: (pid) => pid !== child.pid && launcher?.isOwn(pid, bornAtMs) === true,
				onGone: () => watchdog.remove(child.pid),
			});
			return group;
		},
		close: () => {
			launcher?.close();
			launcher = null;
			watchdog.close();
		},
	};
}

async function startChild(spec: GroupSpec): Promise<GroupChild> {
	// Large, and few need it where there is a launcher.
	const { execa } = await import('execa');
	const child = execa(spec.shell, ['-c', spec.command], {
		cwd: spec.cwd,
		env: spec.env,
		extendEnv: false,
		// A group of its own; its end is ours to see to: no kill timer, no exit handler, no limits of execa's.
		detached: true,
		cleanup: false,
		forceKillAfterDelay: false,
		...(spec.stdin === undefined ? { stdin: 'ignore' } : { input: spec.stdin }),
		stdout: 'pipe',
		stderr: 'pipe',
		buffer: false,
		reject: false,
	});
	const { pid, stdout, stderr } = child;
	if (pid === undefined) throw await spawnError(spec, (await child).cause);
	return { pid, stdout, stderr, once: (event, listener) => child.once(event, listener) };
}

async function spawnError(spec: GroupSpec, cause: unknown): Promise<AppError> {
	const reason = cause instanceof Error ? cause.message : String(cause);
	const isFolder = await stat(spec.cwd).then(
		(found) => found.isDirectory(),
		() => false,
	);
	const data = { shell: spec.shell, cwd: spec.cwd };
	if (!isFolder) {
		return new AppError('SPAWN_FAILED', `Cannot start the command: ${spec.cwd} is not a folder`, { cause, data });
	}
	if (/\bE2BIG\b/.test(reason)) {
		const advice = 'Put the script into a file and run that';
		return new AppError('SPAWN_FAILED', 'Cannot start the command: it is too long for this system', {
			cause,
			data,
			advice,
		});
	}
	return new AppError('SPAWN_FAILED', `Cannot start the command: shell ${spec.shell}: ${reason}`, { cause, data });
}
