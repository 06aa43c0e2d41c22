import * as v from 'valibot';

/** Text of an argument, with what it is for. */
export const text = (description: string) =>
	v.pipe(v.string(), v.minLength(1), v.maxLength(4096), v.description(description));

/** Prompts, as every tool takes them. */
export const prompts = v.pipe(
	v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))),
	v.minLength(1),
	v.maxLength(1000),
	v.description('Paths or patterns of prompts, such as "prompts/deploy.md" or "prompts/*.md"'),
);

/** Successes and failures. */
export const counts = v.object({ success: v.number(), failure: v.number() });

/** What could not be read or judged, beside what could. */
export const problems = v.pipe(
	v.array(v.object({ code: v.string(), message: v.string(), advice: v.nullable(v.string()) })),
	v.description('What could not be read; the other prompts were'),
);
