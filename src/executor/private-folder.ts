import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'verify-';
const SOCKET = 'executor.sock';
/** A socket's path is limited to 104 characters (macOS), and ws takes the URL apart at colons. */
const SAFE_FOLDER = /^[\w./-]{1,60}$/;
/** As mkdtemp names them. */
const ORPHAN = /^verify-\w{6}$/;
const SETTLED_MS = 60_000;

/** Where private folders are made. */
const parentFolder = (): string => (SAFE_FOLDER.test(tmpdir()) ? tmpdir() : '/tmp');

/** A fresh folder that no other user can enter, for one socket. */
export interface PrivateFolder {
	readonly socketPath: string;
	/** Removes it, and those of executors that were killed before they could. */
	remove(): Promise<void>;
}

/** Makes a private folder; mkdtemp gives it mode 0700. */
export async function createPrivateFolder(): Promise<PrivateFolder> {
	const parent = parentFolder();
	const folder = await mkdtemp(join(parent, PREFIX));
	return {
		socketPath: join(folder, SOCKET),
		remove: async () => {
			await rm(folder, { recursive: true, force: true });
			await removeOrphans(parent);
		},
	};
}

async function removeOrphans(parent: string): Promise<void> {
	const names = await readdir(parent).catch(() => []);
	const folders = names.filter((name) => ORPHAN.test(name)).map((name) => join(parent, name));
	await Promise.all(
		folders.map(async (folder) => {
			// What goes wrong here is somebody else's folder, or somebody was faster.
			const isOld = await stat(folder)
				.then(({ mtimeMs }) => Date.now() - mtimeMs > SETTLED_MS)
				.catch(() => false);
			if (isOld && (await isDead(join(folder, SOCKET))))
				await rm(folder, { recursive: true, force: true }).catch(() => {});
		}),
	);
}

/** A socket file that refuses belongs to a process that is gone. */
function isDead(socketPath: string): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = connect(socketPath);
		probe.once('connect', () => {
			probe.destroy();
			resolve(false);
		});
		probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
	});
}
