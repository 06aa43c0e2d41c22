import { availableParallelism } from 'node:os';
import { lilconfig } from 'lilconfig';
import type { Config } from '../config/config.ts';
import type { OptionKey } from '../config/options.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { AppError } from '../core/errors.ts';
import type { Io } from './io.ts';

/**
 * Finds and resolves the config: defaults < verify.config.json or package.json#verify < environment < flags.
 *
 * @param explicit - Path of a config file; `null`: look from the working directory upwards.
 * @throws {AppError} `CONFIG_INVALID`, with every issue in the message.
 */
export async function loadConfig(
	flags: Partial<Record<OptionKey, unknown>>,
	io: Io,
	explicit: string | null = null,
): Promise<Config> {
	const file = await findConfigFile(io, explicit);
	const resolved = resolveConfig({ ...(file ? { file } : {}), env: io.env, flags, cores: availableParallelism() });
	if ('config' in resolved) return resolved.config;
	const lines = resolved.issues.map(({ origin, message, advice }) => `\n  ${origin}: ${message}. ${advice}`);
	throw new AppError('CONFIG_INVALID', `Cannot use the config:${lines.join('')}`, {
		data: { issues: resolved.issues },
	});
}

/**
 * Finds the config file.
 *
 * @param explicit - Its path; `null`: look from the working directory upwards.
 * @returns `null` when there is none.
 * @throws {AppError} `CONFIG_INVALID`: it can't be read.
 */
export async function findConfigFile(
	io: Io,
	explicit: string | null,
): Promise<{ path: string; values: unknown } | null> {
	const explorer = lilconfig('verify', { searchPlaces: ['package.json', 'verify.config.json'] });
	try {
		const found = explicit === null ? await explorer.search(io.cwd) : await explorer.load(explicit);
		return found === null || found.isEmpty ? null : { path: found.filepath, values: found.config };
	} catch (cause) {
		const where = explicit ?? 'verify.config.json or package.json';
		throw new AppError('CONFIG_INVALID', `Cannot read the config of ${where}: ${(cause as Error).message}`, { cause });
	}
}
