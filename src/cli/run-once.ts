import type { Config } from '../config/config.ts';
import type { Reporter } from '../core/events.ts';
import type { GatePolicy } from '../core/gate-policy.ts';
import { createRunId } from '../core/ids.ts';
import type { Evidence } from '../core/outcomes.ts';
import { findSecrets } from '../core/secrets.ts';
import { hasProgram } from '../host/has-program.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { formatJsonLine } from '../report/format-json-line.ts';
import type { Bail } from '../run/bail.ts';
import type { PlannedPrompt } from '../run/plan-prompt.ts';
import { runPrompts, type RunFrame as StoryFrame } from '../run/run-prompts.ts';
import type { PlanSettings } from '../run/settings.ts';
import { createStory } from '../run/story.ts';
import { checkRemote } from './check-remote.ts';
import { detectCi } from './ci/ci-service.ts';
import { createStepSummary, wrapForGitHub } from './ci/github-reporter.ts';
import { createAskedReports, parseReportOption } from './ci/report-option.ts';
import type { Host } from './create-host.ts';
import { createStyle } from './create-style.ts';
import { followSignal, listenForInterrupts } from './interrupts.ts';
import type { Invocation, Io } from './io.ts';
import { createStageJudge } from './judge-stage.ts';
import { type OpenExecutor, openExecutor } from './open-executor.ts';
import { pruneAfterRun } from './prune/prune-after-run.ts';
import { toRetention } from './prune/to-retention.ts';
import { readToken } from './read-token.ts';
import { createReportFiles } from './report-files.ts';
import { formatRerunOptions } from './rerun-options.ts';
import { openTelemetry } from './telemetry/telemetry.ts';
import { createTerminalReporter } from './terminal-reporter.ts';
import { TOOL } from './version.ts';
import { createWorkspace } from './workspace.ts';

/** All that a run needs beside its prompts; the same for the runs of a repetition. */
export interface RunFrame {
	readonly config: Config;
	/** Of the gate. */
	readonly policy: GatePolicy;
	readonly host: Host;
	readonly settings: PlanSettings;
	readonly invocation: Invocation;
	readonly bail: Bail;
	/** What shuffled the order of the prompts; `null`: nothing did. */
	readonly seed: number | null;
	readonly repeat?: StoryFrame['repeat'];
}

/**
 * Runs prompts once: opens the executor, tells the story to all who listen, writes the reports.
 *
 * @param prompts - Only with the steps that shall run.
 * @returns The exit code; nothing is left running.
 * @throws {AppError} What opening the executor and its transcript throws.
 */
export async function runOnce(prompts: readonly PlannedPrompt[], frame: RunFrame): Promise<number> {
	const { config, policy, host, settings, invocation, bail, repeat, seed } = frame;
	const { io } = invocation;
	const run = createRunId(host.clock, host.random);
	const reports = createReportFiles(config.reports, run, host.files, {
		isHtml: config.html,
		async tidy() {
			for (const problem of await pruneAfterRun(config, toRetention(config), host.clock.nowMs())) {
				io.err(`verify: ${problem}`);
			}
		},
	});
	const telemetry = await openTelemetry(io);
	const workspace = createWorkspace();
	const token = await readToken(config.tokenFile, io.env.VERIFY_TOKEN, host.files);
	const hasMany = prompts.reduce((sum, { steps }) => sum + steps.length, 0) > 1;
	const executor = await openExecutor(config, { run, token, hasMany }, host);
	const interrupts = invocation.signal
		? followSignal(invocation.signal)
		: listenForInterrupts(() => io.err('verify: interrupted, cancelling what runs (once more to kill it)'));
	const story = createStory(host.clock, [
		...(await createReporters(prompts, frame, { reportFolder: reports.folder, signal: interrupts.signal })),
		reports.reporter,
		...(telemetry.reporter === null ? [] : [telemetry.reporter]),
	]);
	try {
		const warnings = [...executor.warnings, ...(await checkRemote(executor, host))];
		const result = await runPrompts(
			prompts,
			{
				run,
				tool: TOOL,
				executor: executor.description,
				transcript: executor.transcript,
				warnings,
				reportFolder: reports.folder,
				jobs: config.jobs,
				interruptCode: interrupts.exitCode,
				...(seed !== null && { seed }),
				...(repeat && { repeat }),
			},
			{
				...host,
				client: executor.client,
				evidence: executor.evidence,
				executorKey: executor.key,
				outputs: reports.outputs,
				workspace,
				story,
				settings: { ...settings, evidenceNeeded: neededEvidence(config, executor) },
				judgeStage: createStageJudge(policy, host),
				openLedger: (file) => openLedger(file, host),
				writer: host.writers.self,
				env: io.env,
				secrets: findSecrets(io.env),
				signal: interrupts.signal,
				bail,
				hasProgram: (name) => hasProgram(name, io.env.PATH ?? ''),
				sharesFiles: executor.sharesFiles,
				traceEnv: (executionId) => telemetry.envOf(executionId),
				cancelPatienceMs: config.graceMs + 10_000,
			},
		);
		for (const { reporter, error } of story.failures) {
			io.err(`verify: ${reporter} failed: ${error instanceof Error ? error.message : String(error)}`);
		}
		const { exitCode } = result;
		// What could not be written was known only after the verdict had been told: the last line must say what the command ends with.
		if (story.failures.length > 0 && exitCode === 3) io.err('verify: infra (exit code 3)');
		return exitCode;
	} finally {
		interrupts.stop();
		await executor.close();
		await workspace.close();
	}
}

/** The level is resolved once, before anything runs: a run prints what it needs, and nothing lowers it later. */
const neededEvidence = ({ evidence }: Config, { key }: OpenExecutor): Evidence =>
	evidence === 'auto' ? (key === null ? 'bound' : 'signed') : evidence;

async function createReporters(
	prompts: readonly PlannedPrompt[],
	{ host, invocation }: RunFrame,
	{ reportFolder, signal }: { readonly reportFolder: string; readonly signal: AbortSignal },
): Promise<Reporter[]> {
	const { io, options } = invocation;
	const isJson = options.json === true;
	const asked = parseReportOption(options.report, isJson);
	const ci = detectCi(options.ci, io.env);
	// Only a program's format may stand on stdout then: people read stderr.
	const isHumanOnErr = isJson || asked.some(({ file }) => file === '-');
	const style = createStyle(io, options.color === false ? false : undefined);
	const isLive = isLiveWanted(io, options.progress !== false);
	const { clock } = host;
	const live = isLive
		? (await import('./live-view.ts')).createLiveView(process.stderr, { clock, style, signal })
		: null;
	const terminal = createTerminalReporter(io, host.clock, {
		style,
		isVerbose: options.verbose === true,
		live,
		print: isHumanOnErr ? (line) => io.err(line) : (line) => io.out(line),
		reportFolder,
		stepCounts: new Map(prompts.map(({ file, steps, unselected }) => [file, steps.length + unselected])),
		rerunOptions: formatRerunOptions(options),
	});
	const json: Reporter = {
		name: 'json',
		onEvent(event) {
			const line = formatJsonLine(event);
			if (line !== null) io.out(line);
		},
	};
	const summary = io.env.GITHUB_STEP_SUMMARY;
	return [
		ci === 'github' ? wrapForGitHub(terminal, io, isHumanOnErr) : terminal,
		...(isJson ? [json] : []),
		...(ci === 'github' && summary ? [createStepSummary(summary, io)] : []),
		...(invocation.reporters ?? []),
		...(asked.length > 0 ? [createAskedReports(asked, { io, files: host.files, ci })] : []),
	];
}

const isLiveWanted = (io: Io, isAllowed: boolean): boolean =>
	isAllowed && io.isErrTty && !io.env.CI && io.env.TERM !== 'dumb';
