import * as v from 'valibot';
import { pluralize } from '../../core/pluralize.ts';
import { searchMarkers } from '../commands/find.ts';
import { captureIo } from './captured-io.ts';
import { pathsInside } from './inside.ts';
import { text } from './shapes.ts';
import { defineTool } from './tool.ts';

const MOST_LINES = 40;
const MOST_HITS = 500;

/** `verify_find_marker`: where a marker stands, and in what kind of text. */
export const findMarkerTool = defineTool({
	name: 'verify_find_marker',
	title: 'Find a marker in transcripts',
	description:
		'Finds every place where the marker of an execution stands in the transcripts of verify and of agents, and says what kind of text it is: a bracket or tool output that a program wrote, or text that anybody could write.',
	input: v.strictObject({
		marker: text('The whole marker: MARKER_<step>_<seconds>_<26 letters and digits>'),
		folders: v.optional(
			v.pipe(
				v.array(text('A folder')),
				v.minLength(1),
				v.maxLength(100),
				v.description('Look here; default: our transcripts and those of all agents'),
			),
		),
	}),
	output: v.object({
		marker: v.string(),
		total: v.number(),
		hits: v.pipe(
			v.array(
				v.object({ file: v.string(), line: v.number(), kind: v.string(), where: v.string(), excerpt: v.string() }),
			),
			v.description('The first 500'),
		),
		problems: v.array(v.string()),
	}),
	isReadOnly: true,
	async call({ marker, folders = [] }, context) {
		const args = [marker, ...(await pathsInside(folders, context))];
		const { hits, missing, problems } = await searchMarkers(args, captureIo(context.io).io);
		const troubles = [...missing.map((folder) => `no folder ${folder}`), ...problems];
		return {
			text: [
				...hits.slice(0, MOST_LINES).map(({ file, line, kind, where }) => `${file}:${line}  ${kind}  ${where}`),
				...(hits.length > MOST_LINES ? [`... ${hits.length - MOST_LINES} more places`] : []),
				...troubles,
				hits.length === 0
					? 'nowhere: no program printed this marker, so nothing that carries it is proven'
					: pluralize(hits.length, 'place'),
			].join('\n'),
			structured: {
				marker,
				total: hits.length,
				hits: hits.slice(0, MOST_HITS).map(({ marker: _, ...hit }) => hit),
				problems: troubles,
			},
		};
	},
});
