import { readFileSync, realpathSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { ServeConfig } from '../config/resolve-serve-config.ts';
import { AppError } from '../core/errors.ts';
import type { TlsIdentity } from '../executor/front.ts';
import { type CommandPolicy, policyOfNames, readCommandPolicy } from '../executor/policy/command-policy.ts';
import type { Sandbox } from '../executor/security/wrap-group.ts';
import { hasProgram } from '../host/has-program.ts';
import type { Io } from './io.ts';

/** Whom an executor lets in, and what it lets them do. */
export interface ServeAccess {
	readonly token?: string;
	readonly tls?: TlsIdentity;
	readonly policy?: CommandPolicy;
	/** Real paths. */
	readonly roots: readonly string[];
	readonly sandbox?: Sandbox;
	/** What the owner should know, a sentence each. */
	readonly warnings: readonly string[];
}

const SHORTEST_TOKEN = 16;

/**
 * Reads token, certificate, policy and folders.
 *
 * @throws {AppError} `CONFIG_INVALID`, `FILE_UNREADABLE`: something is missing, or the address needs more than is given.
 */
export async function readServeAccess(config: ServeConfig, io: Io): Promise<ServeAccess> {
	const token = readToken(config, io);
	const tls = readTls(config, io);
	const policy = readPolicy(config, io);
	const roots = config.roots.map((folder) => readRoot(folder, io));
	const sandbox = config.sandbox === 'bwrap' ? await readSandbox(config, roots, io) : undefined;
	const warnings: string[] = [];
	if (!isLoopback(config.host)) {
		if (token === undefined) {
			throw new AppError('CONFIG_INVALID', `Cannot listen on ${config.host} without a token`, {
				advice: 'Give --token-file, or listen on 127.0.0.1',
			});
		}
		if (tls === undefined)
			warnings.push(`Without TLS the token and all output can be read on the way to ${config.host}`);
	}
	if (policy && (io.env.PATH ?? '').split(':').some((folder) => !folder.startsWith('/'))) {
		throw new AppError('CONFIG_INVALID', 'Cannot judge commands by name while PATH holds relative folders', {
			advice: 'Start with a PATH of absolute folders',
		});
	}
	return {
		...(token === undefined ? {} : { token }),
		...(tls === undefined ? {} : { tls }),
		...(policy === undefined ? {} : { policy }),
		...(sandbox === undefined ? {} : { sandbox }),
		roots,
		warnings,
	};
}

const isLoopback = (host: string): boolean =>
	host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

function readToken({ tokenFile }: ServeConfig, io: Io): string | undefined {
	const token = tokenFile === null ? io.env.VERIFY_TOKEN : readText(tokenFile, io).trim();
	if (tokenFile === null && !token) return undefined;
	if (token !== undefined && token.length >= SHORTEST_TOKEN && /^[\x21-\x7e]+$/.test(token)) return token;
	// What it is must not be told.
	throw new AppError('CONFIG_INVALID', `Cannot use the token of ${tokenFile ?? 'VERIFY_TOKEN'}`, {
		advice: `Give at least ${SHORTEST_TOKEN} printable characters without blanks, such as those of openssl rand -hex 32`,
	});
}

function readTls({ tlsCert, tlsKey }: ServeConfig, io: Io): TlsIdentity | undefined {
	if (tlsCert === null && tlsKey === null) return undefined;
	if (tlsCert !== null && tlsKey !== null) return { cert: readText(tlsCert, io), key: readText(tlsKey, io) };
	throw new AppError('CONFIG_INVALID', 'Cannot speak TLS with half an identity', {
		advice: 'Give both --tls-cert and --tls-key',
	});
}

function readPolicy({ policy }: ServeConfig, io: Io): CommandPolicy | undefined {
	if (policy !== null) return readCommandPolicy(readText(policy, io), policy);
	// The list of the first executor.
	const names = io.env.ALLOWED_COMMANDS?.split(',').map((name) => name.trim());
	return names?.some(Boolean) ? policyOfNames(names.filter(Boolean)) : undefined;
}

function readRoot(folder: string, io: Io): string {
	try {
		return realpathSync(pathOf(folder, io));
	} catch (cause) {
		throw new AppError('CONFIG_INVALID', `Cannot use the root ${folder}: there is no such folder`, { cause });
	}
}

async function readSandbox({ sandboxNetwork }: ServeConfig, roots: readonly string[], io: Io): Promise<Sandbox> {
	if (await hasProgram('bwrap', io.env.PATH ?? '')) return { hasNetwork: sandboxNetwork, writable: roots };
	throw new AppError('CONFIG_INVALID', 'Cannot use the sandbox: bwrap is not installed', {
		advice: 'Install bubblewrap, or leave --sandbox out',
	});
}

function readText(file: string, io: Io): string {
	try {
		return readFileSync(pathOf(file, io), 'utf8');
	} catch (cause) {
		const reason = cause instanceof Error ? cause.message : String(cause);
		throw new AppError('FILE_UNREADABLE', `Cannot read ${file}: ${reason}`, { cause });
	}
}

const pathOf = (path: string, io: Io): string => resolve(io.cwd, path.replace(/^~(?=\/|$)/, homedir()));
