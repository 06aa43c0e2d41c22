import type { Config } from '../config/config.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { type PlannedPrompt, planPrompt } from '../run/plan-prompt.ts';
import type { RunSettings } from '../run/settings.ts';
import type { PromptDocument } from './load-documents.ts';

/**
 * Plans a document with the default config, for commands that run nothing.
 */
export function planDocument(document: PromptDocument): PlannedPrompt {
	const resolved = resolveConfig({ env: {}, flags: {}, cores: 1 });
	if (!('config' in resolved)) throw new TypeError('The defaults of the options table are invalid');
	return planPrompt(document, toRunSettings(resolved.config, null));
}

/** Picks from the config what prompts are planned with. */
export const toRunSettings = (config: Config, steps: ReadonlySet<number> | null): RunSettings => ({
	timeoutMs: config.timeoutMs,
	stallMs: config.stallMs,
	errorPatterns: config.errorPatterns,
	retries: config.retries,
	evidenceNeeded: config.evidence,
	count: config.count,
	stop: config.stop,
	shell: config.shell,
	write: config.write,
	init: config.init,
	steps,
	platform: process.platform,
});
