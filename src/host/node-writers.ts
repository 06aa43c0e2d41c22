import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Writer, Writers } from '../core/ports.ts';
import { inspectProcess } from './process-identity.ts';

/** Makes the port {@link Writers} for this process. */
export function createNodeWriters(): Writers {
	const host = digestHost();
	const state = inspectProcess(process.pid);
	const self: Writer = { host, pid: process.pid, started: (state.state === 'alive' && state.startedAt) || '' };
	return {
		self,
		stateOf(writer) {
			if (writer.host !== host) return 'elsewhere';
			if (writer.pid === self.pid && writer.started === self.started) return 'alive';
			const found = inspectProcess(writer.pid);
			if (found.state === 'gone') return 'gone';
			const isSame = found.startedAt === null || writer.started === '' || found.startedAt === writer.started;
			return isSame ? 'alive' : 'gone';
		},
	};
}

/** Containers of one machine may share its name, but not its process numbers: those belong to a namespace. */
const digestHost = (): string =>
	createHash('sha256')
		.update(JSON.stringify([hostname(), readOrEmpty(readMachineId), readOrEmpty(readPidNamespace)]))
		.digest('hex');

const readMachineId = (): string => readFileSync('/etc/machine-id', 'utf8').trim();

const readPidNamespace = (): string => readlinkSync('/proc/self/ns/pid');

function readOrEmpty(read: () => string): string {
	try {
		return read();
	} catch {
		return '';
	}
}
