import { existsSync } from 'node:fs';
import { AppError } from '../../core/errors.ts';
import { isMarker, type Marker } from '../../core/ids.ts';
import { pluralize } from '../../core/pluralize.ts';
import { createSearch } from '../../host/ripgrep-search.ts';
import { clipLine } from '../../report/clip-line.ts';
import { AGENT_FORMATS } from '../../transcript/agents/formats.ts';
import { findMarkers, type MarkerSearch } from '../../transcript/find-marker.ts';
import type { Invocation, Io } from '../io.ts';
import { loadConfig } from '../load-config.ts';

/** Where markers stand, and which of them are nowhere. */
export interface FindAnswer extends MarkerSearch {
	readonly markers: readonly Marker[];
	readonly lost: readonly Marker[];
}

/** `verify find`: every place markers stand in, with the kind of text; exit 5 when one of them is nowhere. */
export async function find({ args, options, io }: Invocation): Promise<number> {
	const { markers, hits, missing, problems, lost } = await searchMarkers(args, io);
	for (const hit of hits) {
		if (options.json === true) io.out(JSON.stringify(hit));
		else
			io.out(
				`${hit.file}:${hit.line}  ${hit.kind}  ${hit.where}  ${clipLine(hit.excerpt, Math.max(40, io.columns - hit.file.length - 24))}`,
			);
	}
	for (const folder of missing) io.err(`verify: no folder ${folder}`);
	for (const problem of problems) io.err(`verify: ${problem}`);
	if (markers.length > 1) for (const marker of lost) io.err(`verify: nowhere: ${marker}`);
	io.err(`verify: ${pluralize(hits.length, 'hit')}`);
	return lost.length === 0 ? 0 : 5;
}

/**
 * Looks for markers, by default in our transcripts and those of all agents.
 *
 * @param args - A marker first; then markers and folders in any order.
 * @throws {AppError} `USAGE`: the first is no marker. `CONFIG_INVALID`. `SEARCH_FAILED`: no engine could search.
 */
export async function searchMarkers(args: readonly string[], io: Io): Promise<FindAnswer> {
	const markers = [...new Set(args.filter(isMarker))];
	const [first = ''] = args;
	if (!isMarker(first)) {
		throw new AppError('USAGE', `Cannot search for "${first}": it is not a whole marker`, {
			advice: 'Copy it whole: MARKER_<step>_<seconds>_<26 letters and digits>',
		});
	}
	const given = args.filter((arg) => !isMarker(arg));
	const folders = given.length > 0 ? given : await usualFolders(io);
	const found = await findMarkers(markers, folders, { search: createSearch() });
	return { ...found, markers, lost: markers.filter((marker) => !found.hits.some((hit) => hit.marker === marker)) };
}

async function usualFolders(io: Io): Promise<readonly string[]> {
	const { transcripts } = await loadConfig({}, io);
	const agents = AGENT_FORMATS.flatMap((format) => format.allFolders(io.env));
	return [transcripts, ...agents.filter((folder) => existsSync(folder))];
}
