import { randomInt } from 'node:crypto';
import { createBail } from '../../run/bail.ts';
import { selectSteps } from '../../run/select-steps.ts';
import { parseReportOption } from '../ci/report-option.ts';
import { createHost } from '../create-host.ts';
import type { Invocation } from '../io.ts';
import { loadConfig } from '../load-config.ts';
import { loadGatePolicy } from '../load-gate-policy.ts';
import { optionText } from '../option-text.ts';
import { toRunFlags } from '../parse-argv.ts';
import { toPlanSettings } from '../plan-document.ts';
import { orderPrompts, planRun } from '../plan-run.ts';
import { type RunFrame, runOnce } from '../run-once.ts';
import { parseSelection } from '../select/parse-selection.ts';
import { resolveFilters } from '../select/resolve-filters.ts';

/** `verify <prompts…>`: runs, proves, counts, tells. */
export async function run(invocation: Invocation): Promise<number> {
	const { options, io } = invocation;
	const configFile = optionText(options.config);
	const selection = parseSelection(options);
	const config = await loadConfig(toRunFlags(options), io, configFile);
	parseReportOption(options.report, options.json === true);
	const host = createHost();
	const policy = await loadGatePolicy({ policyFile: null, configFile, flags: {} }, io, host.files);
	const settings = toPlanSettings(config, null);
	const plan = await planRun(invocation, { host, settings });
	if ('refusal' in plan) return plan.refusal;
	const filters = await resolveFilters(plan.prompts, selection, { ...host, settings, reports: config.reports });
	// The number that is drawn is printed: it brings the same order back.
	const seed = selection.seed === 'random' ? randomInt(2 ** 31) : selection.seed;
	const prompts = orderPrompts(selectSteps(plan.prompts, filters), seed, host.hashes);
	const frame: RunFrame = { config, policy, host, settings, invocation, bail: createBail(selection.bail), seed };
	if (selection.isDryRun) return (await import('../dry-run.ts')).tellPlan(prompts, { ...frame, selection });
	if (selection.isWatch) return (await import('../watch/watch-run.ts')).watchRun({ frame, filters, selection });
	if (seed !== null) io.err(`verify: order of the prompts shuffled, again with --seed ${seed}`);
	if (selection.repeat === 1) return runOnce(prompts, frame);
	return (await import('../repeat-run.ts')).repeatRun(prompts, selection.repeat, { filters, frame });
}
