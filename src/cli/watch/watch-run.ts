import { dirname } from 'node:path';
import { isAppError } from '../../core/errors.ts';
import type { Reporter, StepResult } from '../../core/events.ts';
import { pluralize } from '../../core/pluralize.ts';
import { createBail } from '../../run/bail.ts';
import type { PlannedPrompt } from '../../run/plan-prompt.ts';
import { createFailedFilter } from '../../run/select-filters.ts';
import { keepSteps, type StepFilter, selectSteps } from '../../run/select-steps.ts';
import { listenForInterrupts } from '../interrupts.ts';
import { orderPrompts, planRun } from '../plan-run.ts';
import { reportErrors } from '../report-errors.ts';
import { type RunFrame, runOnce } from '../run-once.ts';
import type { Selection } from '../select/parse-selection.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { listenForKeys } from './keys.ts';
import { findTouched, type PromptState } from './touched-steps.ts';
import { createFolderWatch, type FolderWatch } from './watch-folders.ts';
import { createWatchedFilesReader } from './watched-files.ts';

/** What a watch works with. */
export interface WatchFrame {
	readonly frame: RunFrame;
	readonly filters: readonly StepFilter[];
	readonly selection: Selection;
}

/**
 * `--watch`: runs everything that is selected, then again what a change touches, each time as a run of its own, until Ctrl-C or `q`.
 *
 * It ends by itself when nobody reads what it prints any more, as behind `| head`.
 *
 * @returns 130 after Ctrl-C, 143 after SIGTERM, else the exit code of the last run.
 */
export async function watchRun(watch: WatchFrame): Promise<number> {
	const { frame } = watch;
	const { io } = frame.invocation;
	const interrupts = listenForInterrupts(() => io.err('verify: interrupted'));
	const quit = new AbortController();
	const signal = AbortSignal.any([interrupts.signal, quit.signal]);
	const inbox = createInbox(frame.host.clock, signal);
	const folders = createFolderWatch(() => inbox.hint());
	const hasKeys = process.stdin.isTTY === true && io.isErrTty;
	const giveBack = hasKeys
		? listenForKeys(
				process.stdin,
				(key) => (key === 'quit' ? quit.abort() : inbox.press(key)),
				() => process.kill(process.pid, 'SIGINT'),
			)
		: () => {};
	// A run outlives the reader that goes away; to watch on for nobody would never end.
	const leave = (): void => inbox.press('quit');
	for (const stream of [process.stdout, process.stderr]) stream.on('error', leave);
	try {
		const code = await new WatchSession(watch, { inbox, folders, signal, hasKeys }).run();
		return interrupts.exitCode() ?? code;
	} finally {
		for (const stream of [process.stdout, process.stderr]) stream.off('error', leave);
		giveBack();
		folders.close();
		interrupts.stop();
	}
}

interface WatchTools {
	readonly inbox: Inbox;
	readonly folders: FolderWatch;
	readonly signal: AbortSignal;
	readonly hasKeys: boolean;
}

/** Runs in a row, each because of a change during the one before: a step writes what it watches. */
const MOST_IN_A_ROW = 3;

class WatchSession {
	readonly #watch: WatchFrame;
	readonly #tools: WatchTools;
	readonly #files: ReturnType<typeof createWatchedFilesReader>;
	#states: ReadonlyMap<string, PromptState> = new Map();
	/** The newest first. */
	#results: readonly StepResult[] = [];
	#code = 0;
	/** What was wrong with the prompts when they were looked at last. */
	#problems = '';
	/** Something was printed since it was said what is waited for. */
	#hasTold = true;

	constructor(watch: WatchFrame, tools: WatchTools) {
		this.#watch = watch;
		this.#tools = tools;
		this.#files = createWatchedFilesReader(watch.frame.host.hashes);
	}

	async run(): Promise<number> {
		await this.#runTouched();
		for (;;) {
			if (this.#hasTold) this.#tellWaiting();
			this.#hasTold = false;
			const news = await this.#tools.inbox.next();
			if (news === 'quit') return this.#code;
			if (news === 'change') await this.#runTouched();
			else await this.#runAsked(news);
		}
	}

	/** Looks again after each run: what changed meanwhile must run too. */
	async #runTouched(): Promise<void> {
		for (let inARow = 0; !this.#tools.signal.aborted; inARow += 1) {
			const former = this.#states;
			const now = await this.#look();
			if (now === null) return;
			const touched = [...now.values()]
				.map((state) => ({ state, ...findTouched(former.get(state.prompt.file) ?? null, state) }))
				.filter(({ steps }) => steps.size > 0);
			if (touched.length === 0) return;
			const why = `${listPaths([...new Set(touched.flatMap(({ because }) => because))])} changed`;
			if (inARow > MOST_IN_A_ROW) {
				this.#tell(
					`verify: ${why} during each of the last ${MOST_IN_A_ROW} runs: a step seems to write what it watches`,
				);
				return;
			}
			const prompts = touched.map(({ state, steps }) => keepSteps(state.prompt, steps));
			await this.#runNow(prompts, former.size === 0 ? null : why);
		}
	}

	async #runAsked(what: 'all' | 'failed'): Promise<void> {
		// To look is to know all changes from then on.
		if (what === 'failed') await this.#runTouched();
		const now = await this.#look();
		if (now === null) return;
		const prompts = [...now.values()].map(({ prompt }) => prompt);
		const filters = what === 'all' ? [] : [createFailedFilter(this.#results, '--failed')];
		const wanted = selectSteps(prompts, filters);
		if (wanted.length === 0) this.#tell('verify: nothing failed last');
		else {
			await this.#runNow(wanted, what === 'all' ? 'all' : 'what failed');
			await this.#runTouched();
		}
	}

	/** @returns `null`: a prompt can't be used now; why was told. */
	async #look(): Promise<ReadonlyMap<string, PromptState> | null> {
		const { frame, filters } = this.#watch;
		const { io } = frame.invocation;
		const lines: string[] = [];
		const quiet = { ...io, err: (line: string) => void lines.push(line) };
		const plan = await planRun({ ...frame.invocation, io: quiet }, frame);
		const told = lines.join('\n');
		// Each event in a watched folder leads here, also those that change nothing.
		if (told !== this.#problems && told !== '') this.#tell(told);
		this.#problems = told;
		if ('refusal' in plan) {
			this.#code = plan.refusal;
			return null;
		}
		this.#states = await this.#readStates(
			orderPrompts(selectSteps(plan.prompts, filters), frame.seed, frame.host.hashes),
		);
		return this.#states;
	}

	/** Listens before it reads, so that no change falls between. */
	async #readStates(prompts: readonly PlannedPrompt[]): Promise<ReadonlyMap<string, PromptState>> {
		const folders = new Set<string>();
		const read = async (patterns: readonly string[], file: string): Promise<ReadonlyMap<string, string>> => {
			const found = await this.#files.read(patterns, dirname(file));
			for (const folder of found.folders) folders.add(folder);
			return found.digests;
		};
		const readAll = async (): Promise<readonly (readonly [string, PromptState])[]> => {
			const states: (readonly [string, PromptState])[] = [];
			for (const prompt of prompts) {
				const { file } = prompt;
				const own = new Map<number, ReadonlyMap<string, string>>();
				for (const { ref, watches } of prompt.steps)
					if (watches.length > 0) own.set(ref.number, await read(watches, file));
				states.push([file, { prompt, common: await read(prompt.watches, file), own }]);
			}
			return states;
		};
		for (const file of this.#watch.frame.invocation.args)
			for (const folder of (await this.#files.read([file], '')).folders) folders.add(folder);
		const first = await readAll();
		const isNew = this.#tools.folders.follow(folders);
		return new Map(isNew ? await readAll() : first);
	}

	async #runNow(prompts: readonly PlannedPrompt[], why: string | null): Promise<void> {
		const { frame, selection } = this.#watch;
		const { io } = frame.invocation;
		this.#hasTold = true;
		if (io.isErrTty && io.isOutTty) io.err('\u001b[2J\u001b[H');
		if (why !== null) io.err(`verify: ${why}, running ${listPaths(prompts.map(({ file }) => file))}`);
		const results: StepResult[] = [];
		const collector: Reporter = {
			name: 'watch',
			onEvent(event) {
				if (event.type === 'prompt-finished') results.push(...event.result.steps);
			},
		};
		const invocation = { ...frame.invocation, signal: this.#tools.signal, reporters: [collector] };
		try {
			this.#code = await runOnce(prompts, { ...frame, invocation, bail: createBail(selection.bail) });
		} catch (error) {
			if (!isAppError(error)) throw error;
			// An executor that is away now may be back at the next change.
			this.#code = reportErrors([error], io);
		}
		this.#results = [...results, ...this.#results].slice(0, MOST_RESULTS);
	}

	#tell(line: string): void {
		this.#hasTold = true;
		this.#watch.frame.invocation.io.err(line);
	}

	#tellWaiting(): void {
		if (this.#tools.signal.aborted) return;
		const files = [...this.#states.keys()];
		const watched = [...this.#states.values()].flatMap(({ common, own }) => [
			...common.keys(),
			...[...own.values()].flatMap((digests) => [...digests.keys()]),
		]);
		const others = new Set(watched).size;
		const what = others === 0 ? '' : ` and ${pluralize(others, 'watched file')}`;
		const keys = this.#tools.hasKeys ? '; Enter runs all, f what failed, q quits' : '; Ctrl-C ends';
		const { args, io } = this.#watch.frame.invocation;
		io.err(`verify: waiting for a change of ${listPaths(files.length > 0 ? files : args)}${what}${keys}`);
	}
}

/** Enough to know of every step of a large run what it came to last. */
const MOST_RESULTS = 100_000;

const listPaths = (paths: readonly string[]): string =>
	paths.length <= 3 ? paths.join(', ') : `${paths.slice(0, 2).join(', ')} and ${paths.length - 2} more`;
