import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { link, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../core/errors.ts';
import { makeFolders } from './make-folders.ts';

/**
 * Reads an Ed25519 key (PKCS #8, PEM), or makes one where there is no such file, with its folders, for this user alone. Processes that
 * make it at once all get the same one.
 *
 * @throws {AppError} `CONFIG_INVALID`: it is no such key, or others may read it. `FILE_UNREADABLE`. `FILE_WRITE_FAILED`: it could not
 *   be made.
 */
export async function loadSigningKey(path: string): Promise<KeyObject> {
	const pem = await readKey(path);
	if (pem === null) return makeKey(path);
	const { mode } = await stat(path);
	if ((mode & 0o077) !== 0) {
		throw new AppError('CONFIG_INVALID', `Cannot use the key ${path}: others may read it`, {
			advice: `Run chmod 600 ${path}`,
		});
	}
	try {
		const key = createPrivateKey(pem);
		if (key.asymmetricKeyType === 'ed25519') return key;
	} catch (cause) {
		throw new AppError('CONFIG_INVALID', `Cannot use the key ${path}: it is no private key in PEM`, { cause });
	}
	throw new AppError('CONFIG_INVALID', `Cannot use the key ${path}: it is not of the kind Ed25519`);
}

/** @returns `null`: there is none. */
async function readKey(path: string): Promise<string | null> {
	try {
		return await readFile(path, 'utf8');
	} catch (cause) {
		if (codeOf(cause) === 'ENOENT') return null;
		throw new AppError('FILE_UNREADABLE', `Cannot read the key ${path}: the system says ${codeOf(cause)}`, {
			cause,
			data: { path },
		});
	}
}

async function makeKey(path: string): Promise<KeyObject> {
	const { privateKey } = generateKeyPairSync('ed25519');
	const fresh = `${path}.${randomUUID()}`;
	try {
		makeFolders(dirname(path), 0o700);
		await writeFile(fresh, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
		try {
			// The file appears whole or not at all, and never in the place of another's: nobody believes in a key that is not kept.
			await link(fresh, path);
		} finally {
			await unlink(fresh);
		}
	} catch (cause) {
		if (codeOf(cause) === 'EEXIST') return loadSigningKey(path);
		throw new AppError('FILE_WRITE_FAILED', `Cannot make the key ${path}: the system says ${codeOf(cause)}`, {
			cause,
			data: { path },
		});
	}
	return privateKey;
}

const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error ? String(error.code) : String(error);
