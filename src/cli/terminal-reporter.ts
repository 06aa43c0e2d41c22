import { formatDuration } from '../core/durations.ts';
import type { PromptResult, Reporter, RunEvent, StepResult } from '../core/events.ts';
import { pluralize } from '../core/pluralize.ts';
import type { Clock } from '../core/ports.ts';
import { formatSummary } from '../report/format-prompt.ts';
import type { Style } from '../report/style.ts';
import type { Io } from './io.ts';
import type { LiveView } from './live-view.ts';
import { tellPrompt } from './tell-prompt.ts';

/** How the terminal reporter shows a run. */
export interface TerminalOptions {
	readonly style: Style;
	/** A line for each step, not only for those that did not pass. */
	readonly isVerbose: boolean;
	/** `null`: plain lines and a heartbeat every 30 s. */
	readonly live: LiveView | null;
	/** Where result lines go: stdout, or stderr when stdout is for JSON. */
	readonly print: (line: string) => void;
	/** As the user would type it; `null` when no reports are written. */
	readonly reportFolder: string | null;
	/** Steps of each prompt, those that were not selected among them. */
	readonly stepCounts: ReadonlyMap<string, number>;
	/** Of the run, for the commands that run a step again; see `formatRerunOptions`. */
	readonly rerunOptions: string;
}

const HEARTBEAT_MS = 30_000;

/** Creates the reporter that people read: results as they come, a block for each step that did not pass, a summary. */
export function createTerminalReporter(io: Io, clock: Clock, options: TerminalOptions): Reporter {
	const printer = new Printer(io, clock, options);
	return { name: 'terminal', onEvent: (event) => printer.onEvent(event) };
}

class Printer {
	readonly #io: Io;
	readonly #clock: Clock;
	readonly #options: TerminalOptions;
	readonly #running = new Map<string, { step: string; startedAt: number }>();
	#run = '';
	#executor = 'embedded';
	#transcript: string | null = null;
	#cancelHeartbeat: () => void = () => {};

	constructor(io: Io, clock: Clock, options: TerminalOptions) {
		this.#io = io;
		this.#clock = clock;
		this.#options = options;
	}

	onEvent(event: RunEvent): void {
		this.#options.live?.onEvent(event);
		switch (event.type) {
			case 'run-started':
				this.#startRun(event);
				break;
			case 'step-started':
				this.#running.set(event.step.file, {
					step: `step ${event.step.number} ${event.step.name}`,
					startedAt: this.#clock.monotonicMs(),
				});
				break;
			case 'step-silent':
				this.#warn(formatSilence(event));
				break;
			case 'step-finished':
				if (this.#options.isVerbose && event.result.outcome === 'passed') this.#print([formatStep(event.result)]);
				break;
			case 'prompt-finished':
				this.#running.delete(event.result.file);
				this.#finishPrompt(event.result);
				break;
			case 'warning':
				this.#warn(event.advice === null ? event.message : `${event.message}. ${event.advice}`);
				break;
			case 'run-finished':
				this.#finishRun(event);
				break;
		}
	}

	#startRun(event: Extract<RunEvent, { type: 'run-started' }>): void {
		this.#run = event.run;
		this.#transcript = event.transcript;
		this.#executor = event.executor.url ?? event.executor.kind;
		const steps = event.prompts.reduce((sum, prompt) => sum + prompt.steps, 0);
		const files = event.prompts.length === 1 ? (event.prompts[0]?.file ?? '') : `${event.prompts.length} prompts`;
		this.#err(
			`verify: ${files}, ${pluralize(steps, 'step')}, executor ${this.#executor}, evidence ${event.evidenceNeeded}, run ${event.run}`,
		);
		if (this.#options.live === null) this.#beat();
	}

	/** CI servers end jobs that are silent for long: say what still runs. */
	#beat(): void {
		this.#cancelHeartbeat = this.#clock.schedule(() => {
			for (const [file, { step, startedAt }] of this.#running) {
				this.#err(`verify: still running ${file} ${step}, ${formatDuration(this.#clock.monotonicMs() - startedAt)}`);
			}
			this.#beat();
		}, HEARTBEAT_MS);
	}

	#finishPrompt(result: PromptResult): void {
		const { style, reportFolder, stepCounts, rerunOptions } = this.#options;
		const stepCount = stepCounts.get(result.file);
		const told = tellPrompt(result, {
			run: this.#run,
			executor: this.#executor,
			reportFolder,
			options: rerunOptions,
			columns: Math.max(80, this.#io.columns),
			style,
			...(stepCount !== undefined && { stepCount }),
		});
		this.#print([...told.blocks.flatMap((block) => [...block, '']), ...told.notes, told.line]);
	}

	#finishRun(event: Extract<RunEvent, { type: 'run-finished' }>): void {
		this.#cancelHeartbeat();
		this.#options.live?.close();
		this.#print([formatSummary(event, this.#options.style)]);
		if (this.#transcript !== null) this.#err(`verify: transcript ${this.#transcript}`);
		// Near the end, so that what an agent keeps of a long log still holds it.
		this.#err(event.proof);
		this.#err(`verify: ${event.verdict} (exit code ${event.exitCode})`);
	}

	#warn(text: string): void {
		this.#err(`${this.#options.style.yellow('warning')}: ${text}`);
	}

	#print(lines: readonly string[]): void {
		this.#options.live?.clear();
		for (const line of lines) this.#options.print(line);
	}

	#err(line: string): void {
		this.#options.live?.clear();
		this.#io.err(line);
	}
}

const formatStep = (step: StepResult): string =>
	`  ok    ${step.file}:${step.line}  step ${step.number} ${step.name}  ${formatDuration(step.durationMs)}  ${step.attempts.at(-1)?.marker ?? ''}`;

const formatSilence = ({ step, silentMs, limitMs }: Extract<RunEvent, { type: 'step-silent' }>): string =>
	`${step.file}:${step.line}: step ${step.number} has been silent for ${formatDuration(silentMs)}, it is cancelled at ${formatDuration(limitMs)}`;
