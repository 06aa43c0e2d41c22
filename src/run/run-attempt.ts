import type { Execution, ExecutionEnd, OutputChunk } from '../client/client.ts';
import { createDeferred } from '../core/deferred.ts';
import { AppError, isAppError } from '../core/errors.ts';
import type { Attempt, Interruption, ReportedOutput } from '../core/events.ts';
import { createExecutionId, createMarker, type ExecutionId, type Marker } from '../core/ids.ts';
import type { Reason } from '../core/outcomes.ts';
import { scheduleLimit } from '../core/schedule-limit.ts';
import { isDemanded } from '../expect/is-demanded.ts';
import { judge } from '../expect/judge.ts';
import type { ObservedOutput } from '../expect/verdict.ts';
import type { AgentStepWatch } from '../transcript/agents/agent-step.ts';
import { addContext } from './add-context.ts';
import { watchAgent, weighAgent } from './agent-proof.ts';
import type { AttemptContext } from './context.ts';
import type { EvidenceFinding, ExpectedAttestation } from './evidence-source.ts';
import { type AttemptJudgement, judgeAttempt } from './judge-attempt.ts';
import { type Limits, startLimits } from './limits.ts';
import { createLiveOutput } from './live-output.ts';
import { createOutputKeeper } from './output-keeper.ts';
import { createPatternScanner } from './pattern-scanner.ts';
import type { PlannedStep } from './plan-prompt.ts';
import { type OutputTotals, reportOutput } from './report-output.ts';
import { weighEvidence } from './weigh-evidence.ts';
import { weighKey } from './weigh-key.ts';

/** Where an attempt runs. */
export interface AttemptPlace {
	/** From 1. */
	readonly number: number;
	readonly attempts: number;
	/** Absolute; `null`: the executor's own. */
	readonly cwd: string | null;
	readonly env: Readonly<Record<string, string>>;
}

/** A started attempt. */
export interface RunningAttempt {
	/** What the executor did to us becomes an outcome; rejects only with bugs of ours. */
	readonly finished: Promise<Attempt>;
	/** Resolves true once `isReady` said so, false when the attempt ended before. */
	readonly ready: Promise<boolean>;
	/** Ends a background step at its prompt's end: a cancel that is no failure. */
	dismiss(): void;
}

type Ids = { readonly executionId: ExecutionId; readonly marker: Marker };
type Executed = { readonly execution: Execution; readonly end: ExecutionEnd };
type Rest = Omit<Attempt, 'number' | 'executionId' | 'marker'>;

/**
 * Starts one execution of a step, watches it, and judges it once nothing of it is left.
 *
 * @param isReady - For background steps: asked with all kept output after each chunk until it says true.
 */
export function startAttempt(
	step: PlannedStep,
	place: AttemptPlace,
	context: AttemptContext,
	isReady: ((output: string) => boolean) | null = null,
): RunningAttempt {
	const attempt = new RunningStep(step, place, context, isReady);
	return { finished: attempt.run(), ready: attempt.ready.promise, dismiss: () => attempt.dismiss() };
}

class RunningStep {
	readonly ready = createDeferred<boolean>();
	readonly #step: PlannedStep;
	readonly #place: AttemptPlace;
	readonly #context: AttemptContext;
	readonly #keeper = createOutputKeeper();
	#isReady: ((output: string) => boolean) | null;
	/** What the executor is asked to sign beside the end: the digest of the step. */
	readonly #subject: string | null;
	/** `null`: the step starts no agent. */
	#agent: AgentStepWatch | null = null;
	#limits: Limits | null = null;
	#execution: Execution | null = null;
	#interruption: Interruption | null = null;
	#isDismissed = false;
	#isEnded = false;
	#giveUp: () => void = () => {};
	#stopWaiting: () => void = () => {};

	constructor(
		step: PlannedStep,
		place: AttemptPlace,
		context: AttemptContext,
		isReady: ((output: string) => boolean) | null,
	) {
		this.#step = step;
		this.#place = place;
		this.#context = context;
		this.#isReady = isReady;
		const { client, hashes } = context;
		this.#subject = client.server.capabilities.has('subject') ? hashes.sha256(step.content) : null;
	}

	async run(): Promise<Attempt> {
		const { clock, random, story, signal } = this.#context;
		const ids: Ids = {
			executionId: createExecutionId(clock, random),
			marker: createMarker(this.#step.ref.name, clock, random),
		};
		// Spread last, here and below: V8 makes a new hidden class for each member that follows a spread at the front.
		const recorded = { step: this.#step, number: this.#place.number, ...ids };
		await this.#context.record?.intend(recorded);
		this.#agent = await watchAgent(this.#step, this.#place, this.#context);
		const startedAtMs = clock.nowMs();
		story.tell({
			type: 'step-started',
			step: this.#step.ref,
			attempt: this.#place.number,
			attempts: this.#place.attempts,
			...ids,
			command: this.#step.shownCommand,
		});
		const onAbort = (): void => this.#interrupt({ kind: 'interrupted' });
		signal.addEventListener('abort', onAbort);
		// An abort before we listened is not told.
		if (signal.aborted) onAbort();
		const executed = await this.#execute(ids)
			.catch((error: unknown) => {
				if (isAppError(error)) return error;
				throw error;
			})
			.finally(() => signal.removeEventListener('abort', onAbort));
		const rest = isAppError(executed)
			? await this.#lost(executed, clock.nowMs() - startedAtMs)
			: await this.#judge(executed, ids, startedAtMs);
		const attempt = { number: this.#place.number, ...ids, ...rest };
		// What is not proven may have been signed by anybody.
		const attestation = isAppError(executed) || rest.evidence !== 'signed' ? null : executed.end.attestation;
		const output = rest.outcome === 'passed' ? '' : this.#keeper.read().combined;
		await this.#context.record?.report(recorded, { attempt, attestation, output });
		return attempt;
	}

	dismiss(): void {
		if (this.#isEnded || this.#interruption) return;
		this.#isDismissed = true;
		this.#limits?.stop();
		this.#sendCancel();
	}

	/** From the request to the moment when nothing of the execution is left. */
	async #execute(ids: Ids): Promise<Executed> {
		const live = createLiveOutput(this.#step.ref, this.#context.story, this.#context.clock);
		const scanner = createPatternScanner(this.#step.errorPatterns, (line, pattern) =>
			isDemanded(this.#step.expectation, line, pattern),
		);
		const onOutput = ({ stream, text }: OutputChunk): void => {
			this.#limits?.touch();
			this.#keeper.add(stream, text);
			live.add(stream, text);
			const hit = this.#interruption ? null : scanner.scan(stream, text);
			if (hit) this.#interrupt({ kind: 'error-pattern', ...hit, lineNumber: 0, before: [], after: [] });
			if (this.#isReady?.(this.#keeper.read().combined)) this.#becomeReady();
		};
		this.#limits = this.#startLimits();
		try {
			const executing = this.#context.client.execute(
				{
					command: this.#step.script,
					shell: this.#step.shell,
					...ids,
					env: { ...this.#context.traceEnv?.(ids.executionId), ...this.#place.env },
					...(this.#place.cwd === null ? {} : { cwd: this.#place.cwd }),
					...(this.#subject === null ? {} : { subject: this.#subject }),
				},
				onOutput,
			);
			const execution = await this.#orGiveUp(executing);
			this.#limits.begin();
			this.#execution = execution;
			// What came up before the executor had answered could not be sent until now.
			if (this.#interruption || this.#isDismissed) this.#sendCancel();
			return { execution, end: await this.#orGiveUp(execution.completed) };
		} finally {
			this.#isEnded = true;
			this.#limits.stop();
			this.#stopWaiting();
			this.ready.resolve(false);
			live.flush();
		}
	}

	#startLimits(): Limits {
		const { timeoutMs, stallMs, isBackground, ref } = this.#step;
		// A background step may be silent for as long as its prompt runs; its timeout limits how long it takes to be ready.
		return startLimits(this.#context.clock, isBackground ? { timeoutMs, stallMs: 0 } : { timeoutMs, stallMs }, {
			onTimeout: () => this.#interrupt({ kind: 'timeout', limitMs: timeoutMs }),
			onStall: (silentMs) =>
				this.#interrupt({ kind: 'stall', limitMs: stallMs, lastLine: null, lastLineAgeMs: Math.round(silentMs) }),
			onHalfStall: (silentMs) =>
				this.#context.story.tell({
					type: 'step-silent',
					step: ref,
					silentMs: Math.round(silentMs),
					limitMs: stallMs,
				}),
		});
	}

	#becomeReady(): void {
		this.#isReady = null;
		this.#limits?.stop();
		this.ready.resolve(true);
	}

	#interrupt(interruption: Interruption): void {
		if (this.#interruption || this.#isEnded || this.#isDismissed) return;
		this.#interruption = interruption;
		this.#limits?.stop();
		this.#sendCancel();
	}

	/** Before the executor has answered there is nobody to tell, but its time runs. */
	#sendCancel(): void {
		if (this.#isEnded) return;
		this.#stopWaiting();
		this.#stopWaiting = scheduleLimit(this.#context.clock, () => this.#giveUp(), this.#context.cancelPatienceMs);
		this.#execution?.control('CANCEL').catch(() => this.#giveUp());
	}

	/** What the executor tells; one that never tells it after a cancel is given up. */
	#orGiveUp<T>(told: Promise<T>): Promise<T> {
		return new Promise((resolve, reject) => {
			this.#giveUp = () => {
				const patience = this.#context.cancelPatienceMs;
				const message = `The executor did not end the cancelled step within ${patience} ms`;
				if (!this.#isEnded) reject(new AppError('EXECUTOR_LOST', message));
			};
			told.then(resolve, reject);
		});
	}

	async #judge({ execution, end }: Executed, ids: Ids, startedAtMs: number): Promise<Rest> {
		const output = this.#keeper.read();
		const expected = {
			executionId: ids.executionId,
			marker: ids.marker,
			commandSha256: execution.commandSha256,
			outputSha256: end.receivedSha256,
			exitCode: end.exitCode,
			signal: end.signal,
			notBeforeMs: startedAtMs,
			isMarkerInCommand: this.#step.script.includes(ids.marker),
		};
		const endedAtMs = this.#context.clock.nowMs();
		const inTranscript = await this.#context.evidence.confirm(expected, this.#expectedAttestation(end));
		const trustworthy = weighKey(inTranscript, end.attestation, this.#context.trustedKeys);
		const weighed = weighEvidence(trustworthy, end, this.#interruption !== null || this.#isDismissed);
		const agent = await this.#agent?.judge({ marker: ids.marker, startedAtMs, endedAtMs });
		const finding = agent ? weighAgent(weighed, agent) : weighed;
		const judgement = await this.#judgeBy(finding, end, output);
		return {
			outcome: judgement.outcome,
			reason: judgement.reason,
			mismatch: judgement.mismatch,
			detail: judgement.detail,
			exitCode: end.exitCode,
			signal: end.signal,
			durationMs: Math.round(end.durationMs),
			interruption: this.#interruption && addContext(this.#interruption, output.combined),
			// What passed is in the transcript; only what somebody will look for gets a file of its own.
			output: await this.#report(
				output,
				{ bytes: end.bytes, droppedBytes: end.droppedBytes, sha256: end.receivedSha256 },
				judgement.outcome !== 'passed',
			),
			evidence: finding.level,
			evidenceChecks: finding.checks,
			evidenceSource: finding.source,
			leaked: end.leaked,
		};
	}

	async #judgeBy(finding: EvidenceFinding, end: ExecutionEnd, output: ObservedOutput): Promise<AttemptJudgement> {
		// A dismissed background step was ended by us: how it ended says nothing.
		const exit = this.#isDismissed ? { exitCode: 0, signal: null } : { exitCode: end.exitCode, signal: end.signal };
		const verdict = await judge(this.#step.expectation, { output, ...exit });
		const isReady = this.#step.readyWhen === null || !this.#step.isBackground || this.#isReady === null;
		const watched = { interruption: this.#interruption, isReady };
		return judgeAttempt(end, watched, verdict, { finding, needed: this.#context.settings.evidenceNeeded });
	}

	#expectedAttestation({ bytes }: ExecutionEnd): ExpectedAttestation | null {
		const { executorKey, clock } = this.#context;
		return executorKey && { subject: this.#subject, bytes, notAfterMs: clock.nowMs(), ...executorKey };
	}

	/** The executor failed us: not the prompt's fault, never counted. */
	async #lost(error: AppError, durationMs: number): Promise<Rest> {
		const output = this.#keeper.read();
		const isAborted = this.#interruption?.kind === 'interrupted';
		const bytes = new TextEncoder().encode(output.combined).length;
		return {
			outcome: isAborted ? 'aborted' : 'infra',
			reason: isAborted ? 'interrupted' : reasonOf(error),
			exitCode: null,
			signal: null,
			durationMs,
			interruption: this.#interruption && addContext(this.#interruption, output.combined),
			mismatch: null,
			output: await this.#report(output, { bytes, droppedBytes: 0, sha256: null }, true),
			evidence: 'none',
			evidenceChecks: [],
			evidenceSource: null,
			leaked: [],
			detail: error.message,
		};
	}

	#report(output: ObservedOutput, totals: OutputTotals, isWanted: boolean): Promise<ReportedOutput> {
		const { outputs } = this.#context;
		return reportOutput(
			output,
			totals,
			isWanted ? (text) => outputs.keep(this.#step.ref, this.#place.number, text) : null,
		);
	}
}

function reasonOf(error: AppError): Reason {
	if (error.code === 'SPAWN_FAILED') return 'spawn-failed';
	if (error.code === 'EXECUTOR_REFUSED' || error.code === 'COMMAND_REFUSED') return 'executor-refused';
	return error.code === 'EXECUTOR_NONSENSE' ? 'protocol-error' : 'executor-lost';
}
