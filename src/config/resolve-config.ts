import { closestName } from '../core/closest-name.ts';
import { parseDuration } from '../core/durations.ts';
import type { Evidence } from '../core/outcomes.ts';
import { explainBadPattern } from '../core/text-pattern.ts';
import type { Config, ConfigIssue } from './config.ts';
import { OPTIONS, type OptionKey, type OptionSpec } from './options.ts';

/** What was given, by origin; later ones win. Values are as found: text, or what JSON holds. */
export interface ConfigSources {
	/** The config file, when one was found. */
	readonly file?: { readonly path: string; readonly values: unknown };
	readonly env: Readonly<Record<string, string | undefined>>;
	/** By option key; `undefined` means not given. */
	readonly flags: Readonly<Partial<Record<OptionKey, unknown>>>;
	/** Cores of this machine, the default for `jobs`. */
	readonly cores: number;
}

type Value = string | number | boolean | readonly string[] | null;

/**
 * Merges defaults < file < environment < flags.
 *
 * @returns The frozen config, or all issues at once (then nothing may run).
 */
export function resolveConfig(
	sources: ConfigSources,
): { readonly config: Config } | { readonly issues: readonly ConfigIssue[] } {
	const issues: ConfigIssue[] = [];
	const values = new Map<OptionKey, Value>();
	const take = (spec: (typeof OPTIONS)[number], raw: unknown, origin: string): void => {
		const read = readValue(spec, raw);
		if ('value' in read) values.set(spec.key, read.value);
		else
			issues.push({ key: spec.key, origin, message: `Cannot use ${show(raw)} for ${spec.key}`, advice: read.advice });
	};
	for (const spec of OPTIONS) if (spec.defaultText !== null) take(spec, spec.defaultText, 'default');
	if (sources.file) readFile(sources.file, take, issues);
	for (const spec of OPTIONS) {
		const raw = sources.env[spec.env];
		if (raw !== undefined && raw !== '') take(spec, raw, spec.env);
	}
	for (const spec of OPTIONS) {
		const raw = sources.flags[spec.key];
		if (raw !== undefined) take(spec, raw, spec.flag.replace(/ .*/, ''));
	}
	return issues.length > 0 ? { issues } : { config: toConfig(values, sources.cores) };
}

function readFile(
	file: { path: string; values: unknown },
	take: (spec: (typeof OPTIONS)[number], raw: unknown, origin: string) => void,
	issues: ConfigIssue[],
): void {
	if (typeof file.values !== 'object' || file.values === null || Array.isArray(file.values)) {
		issues.push({
			key: '',
			origin: file.path,
			message: 'Cannot read the config: it is not an object',
			advice: 'Write an object such as { "timeout": "1m" }',
		});
		return;
	}
	for (const [key, raw] of Object.entries(file.values)) {
		if (key === '$schema') continue;
		const spec = OPTIONS.find((candidate) => candidate.key === key);
		if (spec) {
			take(spec, raw, file.path);
			continue;
		}
		const closest = closestName(
			key,
			OPTIONS.map((candidate) => candidate.key),
		);
		issues.push({
			key,
			origin: file.path,
			message: `Unknown key "${key}"`,
			advice: closest ? `Did you mean "${closest}"?` : `Use one of: ${OPTIONS.map((option) => option.key).join(', ')}`,
		});
	}
}

function readValue(spec: OptionSpec, raw: unknown): { value: Value } | { advice: string } {
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
		case 'duration': {
			const ms = text === null ? null : parseDuration(text);
			return ms === null ? { advice: 'Give a number with its unit, such as 500ms, 30s, 2m' } : { value: ms };
		}
		case 'patterns': {
			const items = Array.isArray(raw) ? raw : text === null ? null : text.split(',').map((item) => item.trim());
			if (items === null || !items.every((item) => typeof item === 'string' && item !== '')) {
				return { advice: 'Give a list of texts, or none' };
			}
			const bad = items.map((item) => explainBadPattern(item)).find((why) => why !== null);
			if (bad) return { advice: bad };
			return { value: items.length === 1 && items[0] === 'none' ? [] : items };
		}
		case 'choice': {
			const { choices } = spec.type;
			if (text !== null && choices.includes(text)) return { value: text };
			const closest = text === null ? null : closestName(text, choices);
			return { advice: `Give one of: ${choices.join(', ')}${closest ? ` (did you mean ${closest}?)` : ''}` };
		}
	}
}

function toConfig(values: ReadonlyMap<OptionKey, Value>, cores: number): Config {
	const get = <T>(key: OptionKey): T => values.get(key) as T;
	return Object.freeze({
		executor: values.get('executor') === undefined ? null : get<string>('executor'),
		jobs: values.get('jobs') === undefined ? Math.max(1, cores) : get<number>('jobs'),
		timeoutMs: get<number>('timeout'),
		stallMs: get<number>('stall'),
		graceMs: get<number>('grace'),
		errorPatterns: get<readonly string[]>('errorPatterns'),
		retries: get<number>('retries'),
		evidence: get<Evidence>('evidence'),
		count: get<'step' | 'run'>('count'),
		stop: get<'first-failure' | 'never'>('stop'),
		shell: get<string>('shell'),
		write: get<boolean>('write'),
		init: get<boolean>('init'),
		reports: get<string>('reports'),
		transcripts: get<string>('transcripts'),
	});
}

const show = (raw: unknown): string => (typeof raw === 'string' ? `"${raw}"` : (JSON.stringify(raw) ?? String(raw)));
