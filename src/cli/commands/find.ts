import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { isMarker } from '../../core/ids.ts';
import { createSearch } from '../../host/ripgrep-search.ts';
import { clipLine } from '../../report/clip-line.ts';
import { findMarker } from '../../transcript/find-marker.ts';
import type { Invocation } from '../io.ts';

/** `verify find`: every place a marker stands in, with the kind of text; exit 5 when it is nowhere. */
export async function find({ args, options, io }: Invocation): Promise<number> {
	const [marker = '', ...given] = args;
	if (!isMarker(marker)) {
		throw new AppError('USAGE', `Cannot search for "${marker}": it is not a whole marker`, {
			advice: 'Copy it whole: MARKER_<step>_<seconds>_<26 letters and digits>',
		});
	}
	const folders = given.length > 0 ? given : ['transcripts', join(homedir(), '.claude', 'projects')];
	const { hits, missing, problems } = await findMarker(marker, folders, { search: createSearch() });
	for (const hit of hits) {
		if (options.json === true) io.out(JSON.stringify(hit));
		else
			io.out(
				`${hit.file}:${hit.line}  ${hit.kind}  ${hit.where}  ${clipLine(hit.excerpt, Math.max(40, io.columns - hit.file.length - 24))}`,
			);
	}
	for (const folder of missing) io.err(`verify: no folder ${folder}`);
	for (const problem of problems) io.err(`verify: ${problem}`);
	io.err(`verify: ${hits.length} ${hits.length === 1 ? 'hit' : 'hits'}`);
	return hits.length > 0 ? 0 : 5;
}
