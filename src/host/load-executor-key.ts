import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isAppError } from '../core/errors.ts';
import type { Signer } from '../core/ports.ts';
import { loadSigningKey } from './load-signing-key.ts';
import { createNodeSigner } from './node-signer.ts';

/** Whose word the embedded executor gives. */
export interface ExecutorKey {
	readonly signer: Signer;
	/** Why the key is not kept, one sentence, and what to do; `null`: it is the same in every run of this user. */
	readonly problem: { readonly message: string; readonly advice: string } | null;
}

/**
 * Names the file with this user's key for the embedded executor: `$XDG_STATE_HOME/tenfold/executor.key`.
 *
 * @see XDG Base Directory Specification: a relative path is to be ignored.
 */
export function executorKeyPath(env: Readonly<Record<string, string | undefined>>): string {
	const { XDG_STATE_HOME: state, HOME: home } = env;
	if (state !== undefined && isAbsolute(state)) return join(state, 'tenfold', 'executor.key');
	return join(home !== undefined && isAbsolute(home) ? home : homedir(), '.local', 'state', 'tenfold', 'executor.key');
}

/**
 * Loads this user's key for the embedded executor, made on first use. Where it can't be kept, a fresh one that ends with this process
 * signs, with the problem named.
 */
export async function loadExecutorKey(env: Readonly<Record<string, string | undefined>>): Promise<ExecutorKey> {
	try {
		return { signer: createNodeSigner(await loadSigningKey(executorKeyPath(env))), problem: null };
	} catch (error) {
		if (!isAppError(error)) throw error;
		return {
			signer: createNodeSigner(),
			problem: {
				message: `${error.message}; this run is signed with a key that nobody will know later`,
				advice: error.advice ?? 'Set XDG_STATE_HOME to a folder that this user can write to',
			},
		};
	}
}
