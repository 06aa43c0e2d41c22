import type { Config } from '../../config/config.ts';
import { AppError } from '../../core/errors.ts';
import type { Reporter } from '../../core/events.ts';
import type { GatePolicy } from '../../core/gate-policy.ts';
import { createRunId } from '../../core/ids.ts';
import type { Evidence } from '../../core/outcomes.ts';
import { findSecrets } from '../../core/secrets.ts';
import { hasProgram } from '../../host/has-program.ts';
import { openLedger } from '../../ledger/open-ledger.ts';
import { formatJsonLine } from '../../report/format-json-line.ts';
import { type PlannedPrompt, planPrompt } from '../../run/plan-prompt.ts';
import { runPrompts } from '../../run/run-prompts.ts';
import { createStory } from '../../run/story.ts';
import { checkRemote } from '../check-remote.ts';
import { annotateProblems, type FoundProblem, formatProblem } from '../ci/annotate-problems.ts';
import { detectCi } from '../ci/ci-service.ts';
import { createStepSummary, wrapForGitHub } from '../ci/github-reporter.ts';
import { createAskedReports, parseReportOption } from '../ci/report-option.ts';
import { createHost, type Host } from '../create-host.ts';
import { createStyle } from '../create-style.ts';
import { listenForInterrupts } from '../interrupts.ts';
import type { Invocation, Io } from '../io.ts';
import { createStageJudge } from '../judge-stage.ts';
import { loadConfig } from '../load-config.ts';
import { loadDocuments } from '../load-documents.ts';
import { loadGatePolicy } from '../load-gate-policy.ts';
import { type OpenExecutor, openExecutor } from '../open-executor.ts';
import { toRunFlags } from '../parse-argv.ts';
import { parseSteps } from '../parse-steps.ts';
import { toPlanSettings } from '../plan-document.ts';
import { readToken } from '../read-token.ts';
import { reportErrors } from '../report-errors.ts';
import { createReportFiles } from '../report-files.ts';
import { createTerminalReporter } from '../terminal-reporter.ts';
import { TOOL } from '../version.ts';
import { createWorkspace } from '../workspace.ts';

/** `verify <prompts…>`: runs, proves, counts, tells. */
export async function run(invocation: Invocation): Promise<number> {
	const { args, options, io } = invocation;
	const configFile = options.config === undefined ? null : String(options.config);
	const config = await loadConfig(toRunFlags(options), io, configFile);
	const steps = parseSteps(options.step);
	parseReportOption(options.report, options.json === true);
	const ci = detectCi(options.ci, io.env);
	const host = createHost();
	const policy = await loadGatePolicy({ policyFile: null, configFile, flags: {} }, io, host.files);
	const { documents, errors } = await loadDocuments(args, host.files);
	const settings = toPlanSettings(config, steps);
	const planned = documents.map((document) => planPrompt(document, settings));
	const invalid = planned.flatMap((prompt) => blockingProblems(prompt));
	for (const problem of invalid) io.err(formatProblem(problem));
	if (ci === 'github') annotateProblems(invalid, io, true);
	const refusal = reportErrors(errors, io) || (invalid.length > 0 ? 2 : 0);
	if (refusal !== 0) {
		io.err(`verify: invalid (exit code ${refusal}), nothing ran`);
		return refusal;
	}
	const selected = planned.filter((prompt) => prompt.steps.length > 0);
	for (const prompt of planned)
		if (prompt.steps.length === 0) io.err(`verify: ${prompt.file} has no ${steps ? 'such ' : ''}steps`);
	if (selected.length === 0) {
		throw new AppError('NOTHING_SELECTED', 'Cannot run: no step was selected', {
			advice: 'See what a prompt holds with: verify show <prompt>',
		});
	}
	return runSelected(selected, { config, policy, host, settings, invocation });
}

/** Problems of the document as a whole: a step's own problems refuse only that step. */
const blockingProblems = ({ file, documentProblems }: PlannedPrompt): FoundProblem[] =>
	documentProblems.filter(({ severity }) => severity === 'error').map((diagnostic) => ({ file, diagnostic }));

interface Frame {
	readonly config: Config;
	/** Of the gate. */
	readonly policy: GatePolicy;
	readonly host: Host;
	readonly settings: ReturnType<typeof toPlanSettings>;
	readonly invocation: Invocation;
}

async function runSelected(prompts: readonly PlannedPrompt[], frame: Frame): Promise<number> {
	const { config, policy, host, settings, invocation } = frame;
	const { io } = invocation;
	const run = createRunId(host.clock, host.random);
	const reports = createReportFiles(config.reports, run, host.files, { isHtml: config.html });
	const workspace = createWorkspace();
	const token = await readToken(config.tokenFile, io.env.VERIFY_TOKEN, host.files);
	const executor = await openExecutor(config, { run, token }, host);
	const interrupts = listenForInterrupts(() =>
		io.err('verify: interrupted, cancelling what runs (once more to kill it)'),
	);
	const story = createStory(host.clock, [...(await createReporters(frame, reports.folder)), reports.reporter]);
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
				hasProgram: (name) => hasProgram(name, io.env.PATH ?? ''),
				sharesFiles: executor.sharesFiles,
				cancelPatienceMs: config.graceMs + 10_000,
			},
		);
		for (const { reporter, error } of story.failures) {
			io.err(`verify: ${reporter} failed: ${error instanceof Error ? error.message : String(error)}`);
		}
		return interrupts.exitCode() ?? result.exitCode;
	} finally {
		interrupts.stop();
		await executor.close();
		await workspace.close();
	}
}

/** The level is resolved once, before anything runs: a run prints what it needs, and nothing lowers it later. */
const neededEvidence = ({ evidence }: Config, { key }: OpenExecutor): Evidence =>
	evidence === 'auto' ? (key === null ? 'bound' : 'signed') : evidence;

async function createReporters({ host, invocation }: Frame, reportFolder: string): Promise<Reporter[]> {
	const { io, options } = invocation;
	const isJson = options.json === true;
	const asked = parseReportOption(options.report, isJson);
	const ci = detectCi(options.ci, io.env);
	// Only a program's format may stand on stdout then: people read stderr.
	const isHumanOnErr = isJson || asked.some(({ file }) => file === '-');
	const style = createStyle(io, options.color === false ? false : undefined);
	const isLive = isLiveWanted(io, options.progress !== false);
	const live = isLive ? (await import('../live-view.ts')).createLiveView(process.stderr, host.clock, style) : null;
	const terminal = createTerminalReporter(io, host.clock, {
		style,
		isVerbose: options.verbose === true,
		live,
		print: isHumanOnErr ? (line) => io.err(line) : (line) => io.out(line),
		reportFolder,
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
		...(asked.length > 0 ? [createAskedReports(asked, { io, files: host.files, ci })] : []),
	];
}

const isLiveWanted = (io: Io, isAllowed: boolean): boolean =>
	isAllowed && io.isErrTty && !io.env.CI && io.env.TERM !== 'dumb';
