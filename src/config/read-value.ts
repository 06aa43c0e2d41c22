import { closestName } from '../core/closest-name.ts';
import { parseDuration } from '../core/durations.ts';
import { explainBadPattern } from '../core/text-pattern.ts';
import type { OptionSpec } from './options.ts';

/** What an option can be. */
export type OptionValue = string | number | boolean | readonly string[] | null;

/**
 * Reads what was given for an option.
 *
 * @param raw - Text, or what JSON holds.
 * @returns The value (durations in milliseconds, sizes in bytes), or what to give instead.
 */
export function readValue(spec: OptionSpec, raw: unknown): { value: OptionValue } | { advice: string } {
	const text = typeof raw === 'string' || typeof raw === 'number' ? String(raw).trim() : null;
	switch (spec.type.kind) {
		case 'string':
			return text ? { value: text } : { advice: 'Give a text that is not empty' };
		case 'websocket-url':
			return text !== null && /^wss?:\/\/[^\s/]+(\/\S*)?$/.test(text)
				? { value: text }
				: { advice: 'Give a URL such as ws://127.0.0.1:8003/ws/mcp' };
		case 'flag': {
			const word = typeof raw === 'boolean' ? String(raw) : text?.toLowerCase();
			if (word === 'true' || word === '1') return { value: true };
			return word === 'false' || word === '0' ? { value: false } : { advice: 'Give true or false' };
		}
		case 'integer': {
			const { min, max } = spec.type;
			const isInside = text !== null && /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
			return isInside ? { value: Number(text) } : { advice: `Give a whole number from ${min} to ${max}` };
		}
		case 'share': {
			const isInside = text !== null && /^0?\.\d+$|^0$/.test(text);
			return isInside ? { value: Number(text) } : { advice: 'Give a number from 0 to below 1, such as 0.8' };
		}
		case 'duration': {
			const ms = text === null ? null : parseDuration(text);
			return ms === null ? { advice: 'Give a number with its unit, such as 500ms, 30s, 2m' } : { value: ms };
		}
		case 'size': {
			const bytes = text === null ? null : parseSize(text);
			return bytes === null
				? { advice: 'Give a number of bytes, or one with its unit, such as 64K, 10M, 2G' }
				: { value: bytes };
		}
		case 'list':
			return readList(raw, text);
		case 'patterns': {
			const read = readList(raw, text);
			const bad = 'value' in read ? read.value.map(explainBadPattern).find((why) => why !== null) : null;
			return bad ? { advice: bad } : read;
		}
		case 'choice': {
			const { choices } = spec.type;
			if (text !== null && choices.includes(text)) return { value: text };
			const closest = text === null ? null : closestName(text, choices);
			return { advice: `Give one of: ${choices.join(', ')}${closest ? ` (did you mean ${closest}?)` : ''}` };
		}
	}
}

/** @param text - Of a value that is no list: items between commas. */
function readList(raw: unknown, text: string | null): { value: readonly string[] } | { advice: string } {
	const given: readonly unknown[] = Array.isArray(raw) ? raw : (text?.split(',').map((item) => item.trim()) ?? ['']);
	const items = given.filter((item): item is string => typeof item === 'string' && item !== '');
	if (items.length < given.length) return { advice: 'Give a list of texts, or none' };
	return { value: items.length === 1 && items[0] === 'none' ? [] : items };
}

/** Writes what was given, for a message. */
export const showValue = (raw: unknown): string =>
	typeof raw === 'string' ? `"${raw}"` : (JSON.stringify(raw) ?? String(raw));

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

function parseSize(text: string): number | null {
	const [, digits, unit = ''] = /^(\d+)\s*([KMG]?)(?:i?B)?$/i.exec(text) ?? [];
	const bytes = Number(digits) * (UNITS[unit.toUpperCase()] ?? Number.NaN);
	return Number.isSafeInteger(bytes) ? bytes : null;
}
