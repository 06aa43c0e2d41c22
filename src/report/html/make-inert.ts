import { escapeControl, isPlain } from '../../core/escape-control.ts';

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Makes foreign text harmless to show: control characters and bidirectional marks become visible, lone surrogates U+FFFD. */
export const inertText = (text: string): string =>
	isPlain(text) ? text : escapeControl(text).replace(LONE_SURROGATE, '\ufffd');

/**
 * Does the same to every text in a JSON value, so that no view can forget it.
 *
 * @returns The value itself where nothing had to change, as in nearly all, and whatever part of it had not: copying them would be the
 *   dearest part of a report.
 */
export function makeInert<T>(value: T): T {
	// The mapped value has the shape of the given one: only texts change.
	return isInert(value) ? value : (map(value) as T);
}

function isInert(value: unknown): boolean {
	if (typeof value === 'string') return inertText(value) === value;
	if (Array.isArray(value)) return value.every(isInert);
	if (typeof value !== 'object' || value === null) return true;
	const members = value as Readonly<Record<string, unknown>>;
	for (const key in members) if (!isInert(members[key])) return false;
	return true;
}

function map(value: unknown): unknown {
	if (typeof value === 'string') return inertText(value);
	if (Array.isArray(value)) return value.map(makeInert);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, makeInert(member)]));
}
