import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { removeQuietly } from '../../host/remove-quietly.ts';
import type { Io } from '../io.ts';
import { SOURCES } from '../version.ts';
import type { FactKind } from './prompt-facts.ts';

/** @returns The file that remembers facts of a kind, of this version alone; `null` where nothing may be remembered: sources change while they run. */
export function cachePath(kind: FactKind, env: Io['env']): string | null {
	if (SOURCES === null) return null;
	// XDG Base Directory 0.8: a relative path is none.
	const given = env.XDG_CACHE_HOME ?? '';
	const folder = isAbsolute(given) ? given : join(homedir(), '.cache');
	// Regular expressions are the engine's, so what is wrong with one depends on it.
	return join(folder, 'tenfold', `${kind}-${SOURCES}-${process.version}.cache`);
}

/** What {@link cachePath} gives in any version, and what a process that was killed left while it wrote one anew. */
const CACHE = /^[a-z]+-[0-9a-z]+-v\d[\w.+-]*\.cache(?:\.[0-9a-f]{12})?$/;
const UNUSED_MS = 30 * 24 * 60 * 60 * 1000;
/** Several versions may be in use at once, each with two kinds of facts. */
const MOST_KEPT = 10;

/**
 * Removes the caches that other versions left beside a new one: those that nobody used for 30 days, and all but the ten that were used last.
 * Nobody needs to be asked: who misses a cache makes it again.
 *
 * @param path - Of the new one, which stays.
 * @param nowMs - Milliseconds since the Unix epoch.
 */
export function removeOldCaches(path: string, nowMs: number): void {
	const folder = dirname(path);
	const others = namesIn(folder)
		.filter((name) => CACHE.test(name) && name !== basename(path))
		.map((name) => ({ other: join(folder, name), usedMs: usedMsOf(join(folder, name)) }))
		.sort((a, b) => b.usedMs - a.usedMs);
	for (const [index, { other, usedMs }] of others.entries()) {
		if (index >= MOST_KEPT || usedMs < nowMs - UNUSED_MS) removeQuietly(other);
	}
}

function namesIn(folder: string): readonly string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

/** Who uses a cache renews its time. What is gone meanwhile may as well be removed. */
const usedMsOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
