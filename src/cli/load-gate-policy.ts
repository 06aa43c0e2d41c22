import { parse } from 'yaml';
import type { ConfigIssue } from '../config/config.ts';
import type { GateOptionKey } from '../config/gate-options.ts';
import { readGateSection } from '../config/read-gate-section.ts';
import { type GateSection, resolveGatePolicy } from '../config/resolve-gate-policy.ts';
import { AppError } from '../core/errors.ts';
import type { GatePolicy } from '../core/gate-policy.ts';
import type { Files } from '../core/ports.ts';
import { tightenPolicy } from '../gate/tighten-policy.ts';
import type { PromptSettings } from '../prompt/prompt.ts';
import type { Io } from './io.ts';
import { findConfigFile } from './load-config.ts';

/** What was named on the command line. */
export interface GatePolicyFlags {
	/** Path of a policy file in YAML or JSON; `null`: none. */
	readonly policyFile: string | null;
	/** As in `loadConfig`. */
	readonly configFile: string | null;
	readonly flags: Partial<Record<GateOptionKey, unknown>>;
}

/**
 * Finds and resolves the policy of the gate: defaults < config file < environment < policy file < flags.
 *
 * @throws {AppError} `CONFIG_INVALID`, with every issue in the message. What reading the policy file throws.
 */
export async function loadGatePolicy(
	{ policyFile, configFile, flags }: GatePolicyFlags,
	io: Io,
	files: Files,
): Promise<GatePolicy> {
	const found = await findConfigFile(io, configFile);
	const resolved = resolveGatePolicy({
		config: found ? sectionOf(found.path, found.values) : null,
		env: io.env,
		policy: policyFile === null ? null : await readPolicyFile(policyFile, files),
		flags,
	});
	if ('policy' in resolved) return resolved.policy;
	const lines = resolved.issues.map((issue) => `\n  ${issue.origin}: ${describe(issue)}`);
	throw new AppError('CONFIG_INVALID', `Cannot use the policy of the gate:${lines.join('')}`, {
		data: { issues: resolved.issues },
	});
}

/** What holds for one prompt. */
export interface PromptPolicy {
	readonly policy: GatePolicy;
	/** Wishes for less than the policy asks, refused, a sentence each. */
	readonly warnings: readonly string[];
	/** Wishes that can't be read, a sentence each. */
	readonly problems: readonly string[];
}

/** Tightens the policy by what a prompt's front matter asks; whatever asks for less is refused and named. */
export function resolvePromptPolicy(
	policy: GatePolicy,
	{ settings }: { readonly settings: Pick<PromptSettings, 'gate'> },
	file: string,
): PromptPolicy {
	if (settings.gate === undefined) return { policy, warnings: [], problems: [] };
	const { line } = settings.gate.span.start;
	const reading = readGateSection(settings.gate.value, `${file}:${line}`);
	const tightened = tightenPolicy(policy, reading.settings);
	return {
		policy: tightened.policy,
		warnings: tightened.refused.map(
			({ key, wanted, kept }) =>
				`${file}:${line} asks for gate.${key} ${wanted}, refused: the policy asks for ${kept ?? 'none'}, and a prompt can only tighten it`,
		),
		problems: reading.issues.map((issue) => `Line ${line}: ${describe(issue)}`),
	};
}

const describe = ({ message, advice }: ConfigIssue): string => `${message}. ${advice}`;

async function readPolicyFile(path: string, files: Files): Promise<GateSection> {
	const text = new TextDecoder().decode(await files.read(path));
	let values: unknown;
	try {
		// YAML 1.2 holds JSON.
		values = parse(text);
	} catch (cause) {
		throw new AppError('CONFIG_INVALID', `Cannot read the policy ${path}: ${(cause as Error).message.split('\n')[0]}`, {
			cause,
		});
	}
	return sectionOf(path, values) ?? { path, values };
}

/** The key `gate` of a file; `null` when it has none. */
function sectionOf(path: string, values: unknown): GateSection | null {
	if (typeof values !== 'object' || values === null || !Object.hasOwn(values, 'gate')) return null;
	return { path, values: (values as { readonly gate: unknown }).gate };
}
