import type { StreamChoice } from '../core/expectations.ts';
import type { Span } from '../core/places.ts';
import { clip } from './clip.ts';
import { mismatch, undecided } from './complaint.ts';
import type { Complaint, Matcher, ObservedText } from './expectation.ts';
import { brokenProblem } from './expectation-problems.ts';
import { type CompiledSchema, compileJsonSchema } from './json-schema.ts';
import { parseJson } from './parse-json.ts';

/**
 * Demands that the output is JSON that a schema (draft 2020-12) accepts. A document that is no schema accepts nothing.
 *
 * @param schema - A parsed JSON document.
 * @param span - Where it stands in the prompt.
 */
export function createJsonSchemaMatcher(schema: unknown, stream: StreamChoice, span: Span): Matcher {
	const label = 'JSON that fits the schema';
	const source = JSON.stringify(schema);
	let compiled: Promise<CompiledSchema> | null = null;
	const compile = (): Promise<CompiledSchema> => {
		compiled ??= compileJsonSchema(schema);
		return compiled;
	};
	return {
		label,
		stream,
		check: async (observed) => checkSchema(await compile(), observed, label),
		demands: (_line, hit) => source.includes(JSON.stringify(hit).slice(1, -1)),
		async diagnose() {
			const result = await compile();
			if (!('reason' in result)) return [];
			const message = `Not a JSON Schema: ${result.reason}`;
			return [brokenProblem('bad-json-schema', message, 'Correct the schema; the draft is 2020-12', span)];
		},
	};
}

function checkSchema(compiled: CompiledSchema, observed: ObservedText, label: string): Complaint | null {
	if ('reason' in compiled) return mismatch(`The expectation is not a JSON Schema: ${compiled.reason}`);
	if (observed.isCut) return undecided(label);
	const parsed = parseJson(observed.text);
	if (!('value' in parsed)) return mismatch(`The output is not JSON: ${parsed.reason}`);
	// A schema speaks of plain numbers, however long.
	const value: unknown = JSON.parse(observed.text.replace(/^\ufeff/, ''));
	const violation = compiled.validate(value);
	if (violation === null) return null;
	const place = violation.pointer === '' ? 'the whole value' : violation.pointer;
	return mismatch(`At ${place}: ${violation.message}`, {
		firstDifference: {
			expectedLine: null,
			expected: `${place} ${violation.message}`,
			actualLine: null,
			actual: clip(`${place} = ${JSON.stringify(valueAt(value, violation.pointer))}`),
		},
	});
}

/** Follows a JSON pointer (RFC 6901 §4). */
function valueAt(value: unknown, pointer: string): unknown {
	let found = value;
	for (const token of pointer.split('/').slice(1)) {
		const key = token.replace(/~1/g, '/').replace(/~0/g, '~');
		if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
		found = (found as Record<string, unknown>)[key];
	}
	return found;
}
