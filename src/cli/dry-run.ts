import { formatLimit } from '../core/durations.ts';
import { pluralize } from '../core/pluralize.ts';
import type { Hashes } from '../core/ports.ts';
import { findSecrets, maskSecrets } from '../core/secrets.ts';
import { describeExpectation } from '../expect/describe-expectation.ts';
import type { PlannedPrompt, PlannedStep } from '../run/plan-prompt.ts';
import type { RunFrame } from './run-once.ts';
import type { Selection } from './select/parse-selection.ts';
import { stepFolder } from './step-folder.ts';

/**
 * `--dry-run`: prints what would run and what it would be held to. No command is started, no executor asked, no file written.
 *
 * @param prompts - Only with the steps that would run, in the order in which they would begin.
 * @returns 0.
 */
export function tellPlan(
	prompts: readonly PlannedPrompt[],
	frame: RunFrame & { readonly selection: Selection },
): number {
	const { io, options } = frame.invocation;
	const plan = toPlan(prompts, frame);
	if (options.json === true) {
		io.out(JSON.stringify(plan));
		return 0;
	}
	const steps = plan.prompts.reduce((sum, prompt) => sum + prompt.steps.length, 0);
	io.out(
		`would run  ${pluralize(plan.prompts.length, 'prompt')}, ${pluralize(steps, 'step')}${plan.repeat > 1 ? `, ${plan.repeat} times` : ''}`,
	);
	io.out(`  executor ${plan.executor}, evidence ${plan.evidenceNeeded}, ${plan.jobs} at once`);
	if (plan.seed !== null) io.out(`  shuffled, again with --seed ${plan.seed}`);
	for (const prompt of plan.prompts) for (const line of formatPlannedPrompt(prompt)) io.out(line);
	io.out('nothing ran, nothing was written');
	return 0;
}

type Plan = ReturnType<typeof toPlan>;
type PromptPlan = Plan['prompts'][number];
type StepPlan = PromptPlan['steps'][number];

/** What `--dry-run --json` prints as one line. */
function toPlan(
	prompts: readonly PlannedPrompt[],
	{ config, host, seed, selection }: RunFrame & { readonly selection: Selection },
) {
	const { evidence, executor } = config;
	// Which level a remote executor reaches, only it can say; and it is not asked.
	const auto = executor === null ? 'signed' : 'signed where the executor signs, else bound';
	return {
		v: 1,
		type: 'plan',
		executor: executor ?? 'embedded',
		evidenceNeeded: evidence === 'auto' ? auto : evidence,
		jobs: config.jobs,
		seed,
		repeat: selection.repeat,
		bail: selection.bail,
		prompts: prompts.map((prompt) => ({
			file: prompt.file,
			title: prompt.title,
			count: prompt.count,
			stop: prompt.stop,
			unselected: prompt.unselected,
			writes: config.write && prompt.metrics !== null,
			setup: prompt.setup,
			teardown: prompt.teardown,
			implementation: prompt.implementation.map(({ language, line }) => ({ language, line })),
			steps: prompt.steps.map((step) => toStepPlan(step, prompt, host.hashes)),
		})),
	};
}

function toStepPlan(step: PlannedStep, prompt: PlannedPrompt, hashes: Hashes) {
	const secrets = findSecrets(step.env);
	return {
		number: step.ref.number,
		name: step.ref.name,
		line: step.ref.line,
		command: step.script,
		shell: step.shell,
		workingDirectory: stepFolder(prompt.file, step.workingDirectory),
		env: Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, maskSecrets(value, secrets)])),
		timeoutMs: step.timeoutMs,
		stallMs: step.stallMs,
		retries: step.retries,
		errorPatterns: step.errorPatterns,
		expects: describeExpectation(step.expectation),
		background: step.isBackground,
		readyWhen: step.readyWhen,
		requires: step.requires,
		platforms: step.platforms,
		tags: step.tags,
		watches: [...new Set([...prompt.watches, ...step.watches])],
		digest: hashes.sha256(step.content),
		refusal: step.refusal?.detail ?? null,
	};
}

function formatPlannedPrompt(prompt: PromptPlan): readonly string[] {
	const rest = prompt.unselected === 0 ? '' : `, ${prompt.unselected} not selected`;
	const counting = prompt.writes ? `counts each ${prompt.count}` : 'writes no counts';
	return [
		'',
		`${prompt.file}  ${pluralize(prompt.steps.length, 'step')}${rest}, ${counting}, stop ${prompt.stop}`,
		...formatScript('setup', prompt.setup),
		...prompt.steps.flatMap((step) => formatPlannedStep(step, prompt.file)),
		...formatScript('teardown', prompt.teardown),
	];
}

function formatPlannedStep(step: StepPlan, file: string): readonly string[] {
	const env = Object.entries(step.env).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
	const needs = [...step.requires, ...(step.platforms.length > 0 ? [step.platforms.join(' or ')] : [])];
	return [
		`  step ${step.number} ${step.name}  ${file}:${step.line}${step.background ? '  in the background' : ''}`,
		...(step.refusal === null ? formatScript('command', step.command) : [row('refused', step.refusal)]),
		row('expects', step.expects),
		row(
			'limits',
			`timeout ${formatLimit(step.timeoutMs)}, stall ${formatLimit(step.stallMs)}, retries ${step.retries}`,
		),
		row('where', `${step.shell} in ${step.workingDirectory}`),
		...(env.length > 0 ? [row('env', env.join(' '))] : []),
		...(needs.length > 0 ? [row('needs', needs.join(', '))] : []),
		...(step.tags.length > 0 ? [row('tags', step.tags.join(', '))] : []),
		...(step.watches.length > 0 ? [row('watches', step.watches.join(', '))] : []),
		row('digest', step.digest),
	];
}

const row = (term: string, text: string): string => `    ${term.padEnd(9)} ${text}`;

const formatScript = (term: string, script: string | null): readonly string[] =>
	script === null ? [] : script.split('\n').map((line, index) => row(index === 0 ? term : '', line));
