import type { ConfigIssue } from './config.ts';
import { findLegacy } from './legacy-variables.ts';
import { type OptionValue, readValue, showValue } from './read-value.ts';
import { SERVE_OPTIONS, type ServeOptionKey, type ServeOptionSpec } from './serve-options.ts';

/** Where the options of `verify serve` come from; later ones win. */
export interface ServeSources {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** By option key; `undefined` means not given. */
	readonly flags: Readonly<Partial<Record<ServeOptionKey, unknown>>>;
}

/** What each kind of option holds once it is read: durations in milliseconds, sizes in bytes. */
interface Kinds {
	readonly string: string;
	readonly 'websocket-url': string;
	readonly flag: boolean;
	readonly integer: number;
	readonly share: number;
	readonly duration: number;
	readonly size: number;
	readonly list: readonly string[];
	readonly patterns: readonly string[];
	readonly choice: string;
}

type Row = (typeof SERVE_OPTIONS)[number];
type ValueOf<R extends Row> = R['type'] extends { readonly kind: 'choice'; readonly choices: readonly (infer C)[] }
	? C
	: Kinds[R['type']['kind']];

/** Every option of `verify serve`, resolved; `null` where nothing was given and nothing is the default. */
export type ServeConfig = {
	readonly [R in Row as R['key']]: R['defaultText'] extends null ? ValueOf<R> | null : ValueOf<R>;
};

/**
 * Merges defaults < environment of the first executor < environment < flags.
 *
 * @returns The frozen config, or all issues at once (then nothing may listen).
 */
export function resolveServeConfig({
	env,
	flags,
}: ServeSources): { readonly config: ServeConfig } | { readonly issues: readonly ConfigIssue[] } {
	const issues: ConfigIssue[] = [];
	const take = (spec: ServeOptionSpec): [string, OptionValue] => {
		const { raw, origin } = find(spec, env, flags[spec.key as ServeOptionKey]);
		if (raw === null) return [spec.key, null];
		const read = readValue(spec, raw);
		if ('value' in read) return [spec.key, read.value];
		issues.push({
			key: spec.key,
			origin,
			message: `Cannot use ${showValue(raw)} for ${spec.key}`,
			advice: read.advice,
		});
		return [spec.key, null];
	};
	const config = Object.freeze(Object.fromEntries(SERVE_OPTIONS.map(take))) as ServeConfig;
	return issues.length > 0 ? { issues } : { config };
}

function find(
	{ env: name, flag, legacy, defaultText }: ServeOptionSpec,
	env: ServeSources['env'],
	typed: unknown,
): { raw: unknown; origin: string } {
	if (typed !== undefined) return { raw: typed, origin: flag.replace(/ .*/, '') };
	if (env[name]) return { raw: env[name], origin: name };
	return findLegacy(legacy ?? [], env) ?? { raw: defaultText, origin: 'default' };
}
