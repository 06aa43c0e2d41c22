import type { GatePolicy } from '../core/gate-policy.ts';
import type { ConfigIssue } from './config.ts';
import { GATE_OPTIONS, type GateOptionKey } from './gate-options.ts';
import { readGateSection, readGateValues } from './read-gate-section.ts';

/** Options of the gate in a file. */
export interface GateSection {
	readonly path: string;
	/** As JSON or YAML holds them. */
	readonly values: unknown;
}

/** Where a policy comes from; later ones win. */
export interface GateSources {
	/** What stands under `gate` in the config file; `null`: nothing does. */
	readonly config: GateSection | null;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The policy file that was named on the command line, which is why it beats the environment. */
	readonly policy: GateSection | null;
	/** By option key; `undefined` means not given. */
	readonly flags: Readonly<Partial<Record<GateOptionKey, unknown>>>;
}

/**
 * Merges defaults < config file < environment < policy file < flags.
 *
 * @returns The frozen policy, or all issues at once.
 */
export function resolveGatePolicy({
	config,
	env,
	policy,
	flags,
}: GateSources): { readonly policy: GatePolicy } | { readonly issues: readonly ConfigIssue[] } {
	const rows = GATE_OPTIONS.map(({ key, env: name, flag, defaultText }) => ({
		key,
		defaults: { raw: defaultText, origin: 'default' },
		env: { raw: env[name] || undefined, origin: name },
		flags: { raw: flags[key], origin: flag.replace(/ .*/, '') },
	}));
	const readRows = (source: 'env' | 'flags') =>
		readGateValues(rows.map((row) => ({ key: row.key, ...row[source] })).filter(({ raw }) => raw !== undefined));
	const readings = [
		readGateValues(rows.map(({ key, defaults }) => ({ key, ...defaults })).filter(({ raw }) => raw !== null)),
		...(config ? [readGateSection(config.values, config.path)] : []),
		readRows('env'),
		...(policy ? [readGateSection(policy.values, policy.path)] : []),
		readRows('flags'),
	];
	const issues = readings.flatMap((reading) => reading.issues);
	if (issues.length > 0) return { issues };
	const given = Object.assign({}, ...readings.map(({ settings }) => settings)) as Partial<GatePolicy>;
	// Every other member has a default in the table.
	return { policy: Object.freeze({ maxUnreported: null, ...given } as GatePolicy) };
}
