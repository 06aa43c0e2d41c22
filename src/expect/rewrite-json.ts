import { ExactNumber, type Json, parseJson } from './parse-json.ts';

/**
 * Writes expected JSON anew so that it matches an output: members that were not asked for stay out, those that are gone go.
 *
 * @returns `null` when the output is no JSON.
 */
export function rewriteJson(expected: string, output: string): string | null {
	const actual = parseJson(output);
	if (!('value' in actual)) return null;
	const wanted = parseJson(expected);
	const value = 'value' in wanted ? project(wanted.value, actual.value) : actual.value;
	// Its digits are only in the text.
	if (holdsExact(value)) return output.replace(/^\ufeff/, '').trim();
	return JSON.stringify(value, null, 2);
}

function project(wanted: Json, actual: Json): Json {
	if (Array.isArray(wanted) && Array.isArray(actual)) {
		return wanted.length === actual.length ? actual.map((item, index) => project(wanted[index] ?? null, item)) : actual;
	}
	if (!isObject(wanted) || !isObject(actual)) return actual;
	const kept = Object.keys(wanted).filter((key) => Object.hasOwn(actual, key));
	return Object.fromEntries(kept.map((key) => [key, project(wanted[key] ?? null, actual[key] ?? null)]));
}

const isObject = (value: Json): value is { [key: string]: Json } =>
	typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);

function holdsExact(value: Json): boolean {
	if (value instanceof ExactNumber) return true;
	return typeof value === 'object' && value !== null && Object.values(value).some(holdsExact);
}
