import * as v from 'valibot';
import { LIMITS } from './limits.ts';

/** Optional, and `null` stands for absent: clients of the first executor send `null` for what they don't set. */
export const maybe = <const S extends v.GenericSchema>(schema: S) => v.nullish(schema);

const noNul = v.check((value: string) => !value.includes('\0'), 'Invalid text: Expected no NUL character');
const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

/** The kinds of values that messages are made of. */
export const FIELDS = {
	/** Text that can be an argument of a program. */
	text: v.pipe(v.string(), noNul),
	/** The same, not empty. */
	name: v.pipe(v.string(), noNul, v.minLength(1)),
	count: wholeNumber,
	/** Milliseconds of a limit; 0: none. Longer than 24 days no timer can be. */
	limitMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1)),
	/** The same in seconds. */
	limitSeconds: v.pipe(v.number(), v.minValue(0), v.maxValue((2 ** 31 - 1) / 1000)),
	/** Milliseconds since the Unix epoch. */
	moment: v.number(),
	/** The `seq` of a message; -1 stands before the first one. */
	lastSeq: v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(Number.MAX_SAFE_INTEGER)),
	channel: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff)),
	streamName: v.picklist(['stdout', 'stderr']),
	executionId: v.pipe(
		v.string(),
		v.minLength(1),
		v.maxLength(LIMITS.idLength),
		v.regex(/^[^\0-\x1f\x7f]*$/, 'Invalid execution id: Expected no control characters'),
		v.regex(/^\P{Surrogate}*$/u, 'Invalid execution id: Expected no halves of surrogate pairs'),
	),
	marker: v.pipe(
		v.string(),
		v.maxLength(LIMITS.idLength),
		v.regex(/^[A-Za-z0-9_]+$/, 'Invalid marker: Expected letters, digits and _'),
	),
	subject: v.pipe(
		v.string(),
		v.maxLength(LIMITS.subjectLength),
		v.regex(/^[^\0-\x1f\x7f]*$/, 'Invalid subject: Expected no control characters'),
		v.regex(/^\P{Surrogate}*$/u, 'Invalid subject: Expected no halves of surrogate pairs'),
	),
	variableName: v.pipe(
		v.string(),
		v.regex(/^[^=\0]+$/, 'Invalid variable name: Expected at least one character, none of them = or NUL'),
	),
} as const;
