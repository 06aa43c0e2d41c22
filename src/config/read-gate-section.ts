import { closestName } from '../core/closest-name.ts';
import type { GatePolicy } from '../core/gate-policy.ts';
import type { ConfigIssue } from './config.ts';
import { GATE_OPTIONS } from './gate-options.ts';
import { type OptionValue, readValue, showValue } from './read-value.ts';

/** What was understood of some options of the gate, and what could not be. */
export interface GateReading {
	readonly settings: Partial<GatePolicy>;
	readonly issues: readonly ConfigIssue[];
}

/**
 * Reads a mapping of options of the gate, as it stands under `gate` in a config file or in front matter, or whole in a policy file.
 *
 * @param values - As JSON or YAML holds it.
 * @param origin - The file, for messages.
 */
export function readGateSection(values: unknown, origin: string): GateReading {
	if (typeof values !== 'object' || values === null || Array.isArray(values)) {
		const advice = 'Write a mapping such as { "minRuns": 20 }';
		return {
			settings: {},
			issues: [{ key: 'gate', origin, message: `Cannot use ${showValue(values)} for gate`, advice }],
		};
	}
	return readGateValues(Object.entries(values).map(([key, raw]) => ({ key, raw, origin })));
}

/**
 * Reads options of the gate one by one.
 *
 * @param given - `raw`: text, or what JSON and YAML hold. `origin`: of the value, for messages.
 */
export function readGateValues(
	given: readonly { readonly key: string; readonly raw: unknown; readonly origin: string }[],
): GateReading {
	const settings: Record<string, OptionValue> = {};
	const issues: ConfigIssue[] = [];
	for (const { key, raw, origin } of given) {
		const row = GATE_OPTIONS.find((option) => option.key === key);
		const read = row && readValue(row, raw);
		if (read === undefined) issues.push(unknownKey(key, origin));
		else if ('value' in read) settings[key] = read.value;
		else {
			const message = `Cannot use ${showValue(raw)} for gate.${key}`;
			issues.push({ key: `gate.${key}`, origin, message, advice: read.advice });
		}
	}
	// Each value was read by its own row, whose kind is that of the policy's member.
	return { settings: settings as Partial<GatePolicy>, issues };
}

function unknownKey(key: string, origin: string): ConfigIssue {
	const keys = GATE_OPTIONS.map((option) => option.key);
	const closest = closestName(key, keys);
	return {
		key: `gate.${key}`,
		origin,
		message: `Unknown key "gate.${key}"`,
		advice: closest ? `Did you mean "gate.${closest}"?` : `Use one of: ${keys.join(', ')}`,
	};
}
