import { existsSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Loader, lilconfig } from 'lilconfig';
import type { Config } from '../config/config.ts';
import type { OptionKey } from '../config/options.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { AppError, isAppError } from '../core/errors.ts';
import type { Io } from './io.ts';

/**
 * Finds and resolves the config: defaults < verify.config.{ts,js,mjs,cjs,json,yaml} or package.json#verify < environment < flags.
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
	const explorer = lilconfig('verify', { searchPlaces: [...CONFIG_PLACES], loaders: LOADERS });
	try {
		const folder = findFolder(io.cwd);
		const search = async () => (folder === null ? null : explorer.search(folder));
		const found = await (explicit === null ? search() : explorer.load(explicit));
		return found === null || found.isEmpty ? null : { path: found.filepath, values: found.config };
	} catch (cause) {
		if (isAppError(cause)) throw cause;
		if (explicit !== null && (cause as NodeJS.ErrnoException).code === 'ENOENT') {
			throw new AppError('CONFIG_INVALID', `Cannot read the config ${explicit}: there is no such file`, {
				cause,
				advice: 'Check the path and the folder you are in',
			});
		}
		const where = explicit ?? (cause as NodeJS.ErrnoException).path ?? 'verify.config.* or package.json';
		throw toReadError(where, cause);
	}
}

/** Where a config may stand, in each folder in this order. */
export const CONFIG_PLACES = [
	'package.json',
	'verify.config.ts',
	'verify.config.mts',
	'verify.config.js',
	'verify.config.mjs',
	'verify.config.cjs',
	'verify.config.json',
	'verify.config.yaml',
	'verify.config.yml',
] as const;

/** Finds where the search may begin. lilconfig asks in turn, and through the thread pool, for what is there in no folder most of the time. */
function findFolder(start: string): string | null {
	const last = homedir();
	for (let folder = start; ; folder = dirname(folder)) {
		if (CONFIG_PLACES.some((name) => existsSync(join(folder, name)))) return folder;
		if (folder === last || folder === dirname(folder)) return null;
	}
}

const LOADERS: Readonly<Record<string, Loader>> = {
	'.ts': nameFile(importTypeScript),
	'.mts': nameFile(importTypeScript),
	'.js': nameFile(importConfig),
	'.mjs': nameFile(importConfig),
	'.cjs': nameFile(importConfig),
	'.json': nameFile(parseJson),
	'.yaml': nameFile(parseYaml),
	'.yml': nameFile(parseYaml),
};

/** Only who reads a file knows which of them it is that can't be read. */
function nameFile(load: (path: string, text: string) => unknown): Loader {
	return async (path, text) => {
		try {
			return await load(path, text);
		} catch (cause) {
			throw isAppError(cause) ? cause : toReadError(path, cause);
		}
	};
}

const toReadError = (where: string, cause: unknown): AppError =>
	new AppError('CONFIG_INVALID', `Cannot read the config of ${where}: ${(cause as Error).message}`, {
		cause,
		advice: 'Correct the file, or name another one with --config <file>',
	});

async function importConfig(path: string): Promise<unknown> {
	return defaultOf((await import(pathToFileURL(path).href)) as object, path);
}

function parseJson(_path: string, text: string): unknown {
	// Some editors begin a file with a byte order mark.
	return JSON.parse(text.replace(/^\ufeff/, ''));
}

async function parseYaml(_path: string, text: string): Promise<unknown> {
	return (await import('./parse-yaml.ts')).parseYaml(text);
}

/** Node strips types by itself from 22.18 on; before, it is jiti that does. */
async function importTypeScript(path: string): Promise<unknown> {
	if ((process.features as { readonly typescript?: unknown }).typescript) return importConfig(path);
	const { createJiti } = await import('jiti');
	return defaultOf((await createJiti(path, { fsCache: false }).import(path)) as object, path);
}

function defaultOf(module: object, path: string): unknown {
	if ('default' in module) return module.default;
	throw new AppError('CONFIG_INVALID', `Cannot read the config of ${path}: it has no default export`, {
		advice: "Write: export default { timeout: '1m' }",
	});
}
