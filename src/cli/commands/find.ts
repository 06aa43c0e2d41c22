import { existsSync } from 'node:fs';
import { AppError } from '../../core/errors.ts';
import { isMarker } from '../../core/ids.ts';
import { createSearch } from '../../host/ripgrep-search.ts';
import { clipLine } from '../../report/clip-line.ts';
import { AGENT_FORMATS } from '../../transcript/agents/formats.ts';
import { findMarkers } from '../../transcript/find-marker.ts';
import type { Invocation } from '../io.ts';

/** `verify find`: every place markers stand in, with the kind of text; exit 5 when one of them is nowhere. */
export async function find({ args, options, io }: Invocation): Promise<number> {
	const markers = [...new Set(args.filter(isMarker))];
	const [first = ''] = args;
	if (!isMarker(first)) {
		throw new AppError('USAGE', `Cannot search for "${first}": it is not a whole marker`, {
			advice: 'Copy it whole: MARKER_<step>_<seconds>_<26 letters and digits>',
		});
	}
	const given = args.filter((arg) => !isMarker(arg));
	const agents = AGENT_FORMATS.flatMap((format) => format.allFolders(io.env));
	const folders = given.length > 0 ? given : ['transcripts', ...agents.filter((folder) => existsSync(folder))];
	const { hits, missing, problems } = await findMarkers(markers, folders, { search: createSearch() });
	for (const hit of hits) {
		if (options.json === true) io.out(JSON.stringify(hit));
		else
			io.out(
				`${hit.file}:${hit.line}  ${hit.kind}  ${hit.where}  ${clipLine(hit.excerpt, Math.max(40, io.columns - hit.file.length - 24))}`,
			);
	}
	for (const folder of missing) io.err(`verify: no folder ${folder}`);
	for (const problem of problems) io.err(`verify: ${problem}`);
	const lost = markers.filter((marker) => !hits.some((hit) => hit.marker === marker));
	if (markers.length > 1) for (const marker of lost) io.err(`verify: nowhere: ${marker}`);
	io.err(`verify: ${hits.length} ${hits.length === 1 ? 'hit' : 'hits'}`);
	return lost.length === 0 ? 0 : 5;
}
