import { pluralize } from '../core/pluralize.ts';
import { ExactNumber, formatJson, type Json } from './parse-json.ts';

/** Where a value is not what is expected. */
export interface JsonDifference {
	/** Such as `$.items[0]["odd key"]`. */
	readonly path: string;
	/** One sentence without the path, no final period. */
	readonly message: string;
	readonly expected: Json;
	/** `undefined`: there is no such member. */
	readonly actual: Json | undefined;
}

/**
 * Finds where a value does not contain an expected one: objects need the expected members and may have more, arrays need the same
 * length and each element in its place (compared by the same rules), everything else must be equal.
 *
 * @returns The first difference in the order of the expectation, or `null`.
 */
export function findJsonDifference(expected: Json, actual: Json, path = '$'): JsonDifference | null {
	if (Array.isArray(expected)) return compareArray(expected, actual, path);
	if (isObject(expected)) return compareObject(expected, actual, path);
	if (isSameScalar(expected, actual)) return null;
	return differ(path, expected, actual, `expected ${brief(expected)}, got ${brief(actual)}`);
}

function compareArray(expected: readonly Json[], actual: Json, path: string): JsonDifference | null {
	const whole = [...expected];
	if (!Array.isArray(actual)) return differ(path, whole, actual, `expected an array, got ${brief(actual)}`);
	for (const [index, wanted] of expected.slice(0, actual.length).entries()) {
		const difference = findJsonDifference(wanted, actual[index] ?? null, `${path}[${index}]`);
		if (difference) return difference;
	}
	if (expected.length === actual.length) return null;
	return differ(path, whole, actual, `expected ${pluralize(expected.length, 'element')}, got ${actual.length}`);
}

function compareObject(expected: { [key: string]: Json }, actual: Json, path: string): JsonDifference | null {
	if (!isObject(actual)) return differ(path, expected, actual, `expected an object, got ${brief(actual)}`);
	for (const [key, wanted] of Object.entries(expected)) {
		const place = /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
		const found = Object.hasOwn(actual, key) ? actual[key] : undefined;
		if (found === undefined) return differ(place, wanted, undefined, `expected ${brief(wanted)}, but it is missing`);
		const difference = findJsonDifference(wanted, found, place);
		if (difference) return difference;
	}
	return null;
}

const differ = (path: string, expected: Json, actual: Json | undefined, message: string): JsonDifference => ({
	path,
	expected,
	actual,
	message,
});

const isObject = (value: Json): value is { [key: string]: Json } =>
	typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);

const isSameScalar = (expected: Json, actual: Json): boolean =>
	expected instanceof ExactNumber || actual instanceof ExactNumber
		? expected instanceof ExactNumber && actual instanceof ExactNumber && expected.digits === actual.digits
		: expected === actual;

function brief(value: Json): string {
	const text = formatJson(value);
	return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
