import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { AppError } from '../core/errors.ts';

/**
 * Reads an Ed25519 key (PKCS #8, PEM), or makes one where there is no such file.
 *
 * @throws {AppError} `CONFIG_INVALID`: it is no such key, or others may read it. `FILE_WRITE_FAILED`: it could not be made.
 */
export async function loadSigningKey(path: string): Promise<KeyObject> {
	const pem = await readFile(path, 'utf8').catch(() => null);
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

async function makeKey(path: string): Promise<KeyObject> {
	const { privateKey } = generateKeyPairSync('ed25519');
	try {
		// `wx`: two servers that start at once must not each believe in a key of their own.
		await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
	} catch (cause) {
		throw new AppError('FILE_WRITE_FAILED', `Cannot make the key ${path}`, { cause, data: { path } });
	}
	return privateKey;
}
