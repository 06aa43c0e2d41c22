import type { Config } from '../config/config.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { type PlannedPrompt, planPrompt } from '../run/plan-prompt.ts';
import type { PlanSettings } from '../run/settings.ts';
import type { PromptDocument } from './load-documents.ts';

/**
 * Plans a document with the default config, for commands that run nothing.
 */
export function planDocument(document: PromptDocument): PlannedPrompt {
	defaults ??= resolveDefaults();
	return planPrompt(document, defaults);
}

/** Resolved once: there may be ten thousand documents. */
let defaults: PlanSettings | null = null;

function resolveDefaults(): PlanSettings {
	const resolved = resolveConfig({ env: {}, flags: {}, cores: 1 });
	if (!('config' in resolved)) throw new TypeError('The defaults of the options table are invalid');
	return toPlanSettings(resolved.config, null);
}

/** Picks from the config what prompts are planned with. */
export const toPlanSettings = (config: Config, steps: ReadonlySet<number> | null): PlanSettings => ({
	timeoutMs: config.timeoutMs,
	stallMs: config.stallMs,
	errorPatterns: config.errorPatterns,
	retries: config.retries,
	count: config.count,
	stop: config.stop,
	shell: config.shell,
	write: config.write,
	init: config.init,
	steps,
	platform: process.platform,
});
