import { realpathSync } from 'node:fs';
import { normalize } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { FoundFile, Search, SearchResult } from '../core/ports.ts';
import { searchByRipgrepJs } from './ripgrep-js-adapter.ts';
import { searchLinesByRg } from './ripgrep-lines.ts';
import { searchByRg } from './ripgrep-stream.ts';
import { scanLines } from './scan-lines.ts';
import { searchByScan } from './scan-search.ts';

/** How to search. */
export interface RipgrepSearchOptions {
	/**
	 * Where `rg` is; `null`: there is none. Default: the one that came with our packages, else `rg` of PATH, else none.
	 */
	readonly rgPath?: string | null;
	/** Called with the name of each engine that is tried. */
	readonly onEngine?: (engine: 'ripgrep-js' | 'rg' | 'scan') => void;
}

/**
 * Makes the port {@link Search}: `ripgrep-js` first, which is bounded; `rg` as a stream when the result is larger than it can hold
 * or has to tell of problems; a scan of our own where there is no `rg`.
 *
 * @see docs/adr/0003-ripgrep-js-behind-one-adapter.md
 */
export function createSearch(options: RipgrepSearchOptions = {}): Search {
	let rgPath: Promise<string | null> | undefined;
	return {
		async filesWith(word, roots) {
			assertWord(word);
			for (const root of roots) assertExists(root);
			if (roots.length === 0) return { files: [], problems: [] };
			rgPath ??= options.rgPath === undefined ? findRg() : Promise.resolve(options.rgPath);
			const rg = await rgPath;
			if (rg !== null) {
				options.onEngine?.('ripgrep-js');
				const bounded = await searchByRipgrepJs(rg, word, roots);
				if (bounded !== null) return tidy({ files: bounded, problems: [] });
				options.onEngine?.('rg');
				const streamed = await searchByRg(rg, word, roots);
				if (streamed !== null) return tidy(streamed);
			}
			options.onEngine?.('scan');
			return tidy(await searchByScan(word, roots));
		},
		async linesWith(words, roots, onLine) {
			if (words.length === 0) throw new TypeError('Nothing to search for');
			words.forEach(assertWord);
			for (const root of roots) assertExists(root);
			if (roots.length === 0) return [];
			rgPath ??= options.rgPath === undefined ? findRg() : Promise.resolve(options.rgPath);
			const rg = await rgPath;
			if (rg !== null) {
				options.onEngine?.('rg');
				const problems = await searchLinesByRg(rg, { words, roots, onLine });
				if (problems !== null) return problems;
			}
			options.onEngine?.('scan');
			return scanLines(words, roots, onLine);
		},
	};
}

function assertWord(word: string): void {
	if (/^[A-Za-z0-9_]{1,200}$/.test(word)) return;
	throw new TypeError(`Can only search for 1 to 200 of [A-Za-z0-9_], not for ${JSON.stringify(word.slice(0, 200))}`);
}

function assertExists(root: string): void {
	try {
		realpathSync(root);
	} catch (cause) {
		throw new AppError('FILE_MISSING', `Cannot search ${root}: there is no such folder or file`, {
			cause,
			data: { path: root },
			advice: 'Check the path and the folder you are in',
		});
	}
}

/**
 * Finds `rg`: the one that came with our packages, else the name alone, for PATH. The package throws on import where its platform part was
 * not installed (`npm ci --omit=optional`).
 */
export const findRg = (): Promise<string | null> =>
	import('@vscode/ripgrep').then(
		(ripgrep) => ripgrep.rgPath,
		() => 'rg',
	);

/** Roots may overlap, and engines find files in any order. */
function tidy(result: SearchResult): SearchResult {
	const here = Buffer.from(`${process.cwd()}/`).toString('latin1');
	const byPlace = new Map<string, FoundFile>();
	for (const file of result.files) {
		const path = Buffer.from(file.pathBytes).toString('latin1');
		byPlace.set(normalize(path.startsWith('/') ? path : here + path), file);
	}
	const places = [...byPlace.keys()].sort();
	return { files: places.flatMap((place) => byPlace.get(place) ?? []), problems: result.problems };
}
