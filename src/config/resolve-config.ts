import { closestName } from '../core/closest-name.ts';
import type { Evidence } from '../core/outcomes.ts';
import type { Config, ConfigIssue } from './config.ts';
import { OPTIONS, type OptionKey } from './options.ts';
import { readGateSection } from './read-gate-section.ts';
import { type OptionValue, readValue, showValue } from './read-value.ts';

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

/**
 * Merges defaults < file < environment < flags.
 *
 * @returns The frozen config, or all issues at once (then nothing may run).
 */
export function resolveConfig(
	sources: ConfigSources,
): { readonly config: Config } | { readonly issues: readonly ConfigIssue[] } {
	const issues: ConfigIssue[] = [];
	const values = new Map<OptionKey, OptionValue>();
	const take = (spec: (typeof OPTIONS)[number], raw: unknown, origin: string): void => {
		const read = readValue(spec, raw);
		if ('value' in read) values.set(spec.key, read.value);
		else
			issues.push({
				key: spec.key,
				origin,
				message: `Cannot use ${showValue(raw)} for ${spec.key}`,
				advice: read.advice,
			});
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
		if (key === 'gate') {
			issues.push(...readGateSection(raw, file.path).issues);
			continue;
		}
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

function toConfig(values: ReadonlyMap<OptionKey, OptionValue>, cores: number): Config {
	const get = <T>(key: OptionKey): T => values.get(key) as T;
	return Object.freeze({
		executor: values.get('executor') === undefined ? null : get<string>('executor'),
		tokenFile: values.get('tokenFile') === undefined ? null : get<string>('tokenFile'),
		jobs: values.get('jobs') === undefined ? Math.max(1, cores) : get<number>('jobs'),
		timeoutMs: get<number>('timeout'),
		stallMs: get<number>('stall'),
		graceMs: get<number>('grace'),
		errorPatterns: get<readonly string[]>('errorPatterns'),
		retries: get<number>('retries'),
		evidence: get<Evidence | 'auto'>('evidence'),
		count: get<'step' | 'run'>('count'),
		stop: get<'first-failure' | 'never'>('stop'),
		shell: get<string>('shell'),
		write: get<boolean>('write'),
		init: get<boolean>('init'),
		reports: get<string>('reports'),
		html: get<boolean>('html'),
		transcripts: get<string>('transcripts'),
		keepRuns: get<number>('keepRuns'),
		keepDays: get<number>('keepDays'),
		keepBytes: get<number>('keepBytes'),
	});
}
