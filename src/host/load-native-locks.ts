import { createRequire } from 'node:module';
import type { NativeLocks } from './native-lock.ts';

/** What `fs-native-extensions` was compiled to. */
interface Binding {
	/** Throws EAGAIN while another one has it. A length of 0: to the end of the file. */
	tryLock(fd: number, offset: number, length: number, isExclusive: boolean): void;
	unlock(fd: number, offset: number, length: number): void;
}

let nativeLocks: NativeLocks | null | undefined;

/** @returns The kernel's locks; `null` where the module does not load. Loaded once, by whoever locks first: commands that only read don't. */
export function loadNativeLocks(): NativeLocks | null {
	if (nativeLocks === undefined) nativeLocks = loadBinding() ?? loadPackage();
	return nativeLocks;
}

/** From the file where it stands for common machines: looking for it takes the package ten times as long as loading it. */
function loadBinding(): NativeLocks | null {
	const file = `fs-native-extensions/prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`;
	const binding = orNull(() => createRequire(import.meta.url)(file) as Binding);
	if (binding === null) return null;
	return {
		tryLock(fd) {
			try {
				binding.tryLock(fd, 0, 0, true);
				return true;
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
				throw error;
			}
		},
		unlock: (fd) => binding.unlock(fd, 0, 0),
	};
}

const loadPackage = (): NativeLocks | null =>
	orNull(() => createRequire(import.meta.url)('fs-native-extensions') as NativeLocks);

function orNull<T>(load: () => T): T | null {
	try {
		return load();
	} catch {
		return null;
	}
}
