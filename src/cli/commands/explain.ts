import { formatExplanation, nextSteps } from '../../report/format-explanation.ts';
import { rerunOptions } from '../../report/format-failure.ts';
import { createHost } from '../create-host.ts';
import { createStyle } from '../create-style.ts';
import { explainStep } from '../explain-step.ts';
import { findStep } from '../find-step.ts';
import type { Invocation } from '../io.ts';
import { loadConfig } from '../load-config.ts';
import { optionText } from '../option-text.ts';
import { toRunFlags } from '../parse-argv.ts';
import { toPlanSettings } from '../plan-document.ts';

/** `verify explain`: everything about one step of a run on one screen; default: the newest failure. Its exit code is not that of the step. */
export async function explain({ args, options, io }: Invocation): Promise<number> {
	const config = await loadConfig(toRunFlags(options), io, optionText(options.config));
	const host = createHost();
	const found = await findStep(args[0] ?? null, config.reports, host);
	const explanation = await explainStep(found, toPlanSettings(config, null), host);
	const { kind, url } = found.stored.record.executor;
	const executor = url ?? kind;
	if (options.json === true) {
		io.out(JSON.stringify({ ...explanation, next: nextSteps(explanation, rerunOptions({ executor })) }));
		return 0;
	}
	const lines = formatExplanation(explanation, {
		executor,
		stepCount: found.prompt.steps.at(-1)?.number ?? 0,
		reportFolder: found.folder,
		columns: Math.max(80, io.columns),
		style: createStyle(io, options.color === false ? false : undefined),
	});
	for (const line of lines) io.out(line);
	return 0;
}
