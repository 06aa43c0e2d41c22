import { compileExpectation } from '../expect/compile-expectation.ts';
import type { RunContext } from './context.ts';
import type { PlannedPrompt, PlannedStep } from './plan-prompt.ts';
import { startAttempt } from './run-attempt.ts';
import type { StepPlace } from './run-step.ts';

/**
 * Runs the setup or teardown command of a prompt: like a step, but never counted.
 *
 * @param script - `null`: nothing to do.
 * @returns Why it did not succeed, as one sentence; `null` when it did.
 */
export async function runControl(
	name: 'setup' | 'teardown',
	script: string | null,
	place: StepPlace,
	prompt: Pick<PlannedPrompt, 'file' | 'shell'>,
	context: RunContext,
): Promise<string | null> {
	if (script === null) return null;
	const { settings } = context;
	const step: PlannedStep = {
		ref: { file: prompt.file, number: 0, name, line: 1 },
		script,
		shownCommand: script,
		shell: prompt.shell,
		content: '',
		expectation: compileExpectation({ parts: [], stream: 'combined' }),
		timeoutMs: settings.timeoutMs,
		stallMs: settings.stallMs,
		errorPatterns: [],
		retries: 0,
		workingDirectory: null,
		env: {},
		isBackground: false,
		readyWhen: null,
		requires: [],
		platforms: [],
		tags: [],
		watches: [],
		refusal: null,
	};
	const own = {
		...context,
		record: null,
		trustedKeys: null,
		settings: { ...settings, evidenceNeeded: 'none' as const },
		// Teardown runs after an interruption too: it cleans up what the steps left.
		...(name === 'teardown' && { signal: new AbortController().signal }),
	};
	const attempt = await startAttempt(step, { ...place, number: 1, attempts: 1 }, own).finished;
	if (attempt.outcome === 'passed') return null;
	const how = attempt.exitCode === null ? (attempt.reason ?? attempt.outcome) : `exit code ${attempt.exitCode}`;
	const lastLine = (attempt.output.tail || attempt.output.head).trimEnd().split('\n').at(-1);
	return `The ${name} command did not succeed: ${how}${lastLine ? `: ${lastLine}` : ''}`;
}
