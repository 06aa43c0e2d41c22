import { GATE_OPTIONS } from './gate-options.ts';
import { OPTIONS, type OptionSpec } from './options.ts';
import { type OptionValue, readValue } from './read-value.ts';

/** A value and where it came from. */
export interface ExplainedValue {
	/** As in the config file; those of the gate begin with `gate.`. */
	readonly key: string;
	/** Durations in milliseconds; `null` where nothing was given and nothing is the default. */
	readonly value: OptionValue;
	/** As it was given, for people. */
	readonly text: string;
	readonly origin: 'default' | 'file' | 'environment' | 'flag';
	/** Name of the variable or flag, or `file:line`; `null` for defaults. */
	readonly place: string | null;
}

/** What was given, by origin; later ones win. */
export interface ExplainSources {
	/** `null`: there is no config file. */
	readonly file: { readonly path: string; readonly values: unknown; readonly text: string | null } | null;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** By option key; `undefined` means not given. */
	readonly flags: Readonly<Record<string, unknown>>;
	/** Cores of this machine, the default for `jobs`. */
	readonly cores: number;
}

/**
 * Says of each option of a run and of the gate what it is and who said so: defaults < file < environment < flags.
 *
 * @param sources - Found to be valid before, see `resolveConfig`.
 * @returns In the order of the tables.
 */
export function explainConfig(sources: ExplainSources): readonly ExplainedValue[] {
	const values = isObject(sources.file?.values) ? sources.file.values : {};
	const gate = isObject(values.gate) ? values.gate : {};
	return [
		...OPTIONS.map((spec) => explain(spec, { ...sources, values, path: [spec.key] })),
		...GATE_OPTIONS.map((spec) => explain(spec, { ...sources, flags: {}, values: gate, path: ['gate', spec.key] })),
	];
}

interface Places extends ExplainSources {
	/** Of the file, at the level of the option. */
	readonly values: Readonly<Record<string, unknown>>;
	/** Keys that lead to the option in the file. */
	readonly path: readonly string[];
}

function explain(spec: OptionSpec, { file, env, flags, cores, values, path }: Places): ExplainedValue {
	const key = path.join('.');
	const typed = flags[spec.key];
	if (typed !== undefined) return toValue(spec, key, typed, 'flag', spec.flag.replace(/ .*/, ''));
	if (env[spec.env]) return toValue(spec, key, env[spec.env], 'environment', spec.env);
	if (file && values[spec.key] !== undefined) {
		const line = file.text === null ? null : findKeyLine(file.text, path);
		return toValue(spec, key, values[spec.key], 'file', line === null ? file.path : `${file.path}:${line}`);
	}
	const byDefault = spec.key === 'jobs' ? String(cores) : spec.defaultText;
	return toValue(spec, key, byDefault, 'default', null);
}

function toValue(
	spec: OptionSpec,
	key: string,
	raw: unknown,
	origin: ExplainedValue['origin'],
	place: string | null,
): ExplainedValue {
	if (raw === null) return { key, value: null, text: '(none)', origin, place };
	const read = readValue(spec, raw);
	const text = Array.isArray(raw) ? raw.join(', ') || 'none' : String(raw);
	return { key, value: 'value' in read ? read.value : null, text, origin, place };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Finds the line of a key in the text of a config file, by the nesting of its braces; works for JSON and for objects in a program alike.
 *
 * @param path - Of keys; a `package.json` has them below `verify`, which is found by itself.
 * @returns From 1; `null` when it does not stand there as a key, such as one that was computed.
 */
export function findKeyLine(text: string, path: readonly string[]): number | null {
	let at = 0;
	const whole = /^\s*\{[\s\S]*"verify"\s*:/.test(text) && path[0] !== 'verify' ? ['verify', ...path] : path;
	for (const key of whole) {
		const name = key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
		const found = new RegExp(`(?:^|[{,\\s])(?:"${name}"|'${name}'|${name})\\s*:`, 'm').exec(text.slice(at));
		if (found === null) return null;
		at += found.index + found[0].length;
	}
	return text.slice(0, at).split('\n').length;
}
