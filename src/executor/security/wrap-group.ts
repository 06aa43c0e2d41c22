import type { GroupSpec } from '../../core/ports.ts';
import { quoteWord } from '../../core/quote-for-shell.ts';

/** What one process of an execution may use at most; 0 is no limit. */
export interface ResourceLimits {
	readonly cpuSeconds: number;
	readonly memoryBytes: number;
	readonly openFiles: number;
	/** Of the executor's user, all executions together: that is how the kernel counts. */
	readonly processes: number;
}

/** What an execution sees of the machine. */
export interface Sandbox {
	readonly hasNetwork: boolean;
	/** Folders that may be written to, absolute. */
	readonly writable: readonly string[];
}

/**
 * Puts a command under limits. The shell that sets them becomes the command's own, so nothing stands between it and the executor.
 */
export function limitGroup(group: GroupSpec, limits: ResourceLimits): GroupSpec {
	const settings = [
		limits.cpuSeconds > 0 ? [`ulimit -t ${limits.cpuSeconds}`] : [],
		limits.memoryBytes > 0 ? [`ulimit -v ${Math.ceil(limits.memoryBytes / 1024)}`] : [],
		limits.openFiles > 0 ? [`ulimit -n ${limits.openFiles}`] : [],
		// dash calls -p what others call -u.
		limits.processes > 0 ? [`{ ulimit -u ${limits.processes} || ulimit -p ${limits.processes}; } 2>/dev/null`] : [],
	].flat();
	if (settings.length === 0) return group;
	const refuse = `{ echo 'verify: cannot set the limits of this execution' >&2; exit 126; }`;
	return {
		...group,
		shell: '/bin/sh',
		command: `${settings.join(' && ')} || ${refuse}\nexec ${quoteWord(group.shell)} -c ${quoteWord(group.command)}`,
	};
}

/**
 * Puts a command into a sandbox of bubblewrap: everything can be read, only a private `/tmp` and the writable folders can be
 * written, other processes are out of sight and, unless asked for, so is the network.
 */
export function sandboxGroup(group: GroupSpec, { hasNetwork, writable }: Sandbox): GroupSpec {
	const args = [
		...[
			'--die-with-parent',
			'--unshare-user-try',
			'--unshare-pid',
			'--unshare-ipc',
			'--unshare-uts',
			'--unshare-cgroup-try',
		],
		...(hasNetwork ? [] : ['--unshare-net']),
		...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/var/tmp'],
		// Sockets of the system's services: whoever reaches one is out.
		...['--tmpfs', '/run', '--cap-drop', 'ALL'],
		// The working folder stays in sight, also where it stands in what is hidden.
		...(/^\/(tmp|var\/tmp|run)\//.test(group.cwd) ? ['--ro-bind', group.cwd, group.cwd] : []),
		...writable.flatMap((folder) => ['--bind', folder, folder]),
		...['--chdir', group.cwd, '--', group.shell, '-c', group.command],
	];
	return { ...group, shell: '/bin/sh', command: `exec bwrap ${args.map(quoteWord).join(' ')}` };
}
