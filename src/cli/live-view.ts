import { createLogUpdate } from 'log-update';
import stringWidth from 'string-width';
import { formatDuration } from '../core/durations.ts';
import type { RunEvent, StepRef } from '../core/events.ts';
import type { Clock } from '../core/ports.ts';
import { clipLine } from '../report/clip-line.ts';
import type { Style } from '../report/style.ts';

/** The moving lines at the bottom of a terminal while a run goes on. */
export interface LiveView {
	onEvent(event: RunEvent): void;
	/** Takes the lines away so that something lasting can be printed; the next frame draws them again. */
	clear(): void;
	close(): void;
}

interface Row {
	readonly file: string;
	readonly steps: number;
	step: StepRef | null;
	startedAt: number;
	lastLine: string;
}

/** 15 frames a second: what an eye can use. */
const FRAME_MS = 66;
const MOST_ROWS = 8;
const SPINNER = ['|', '/', '-', '\\'];

/**
 * Creates the view: a row for each running prompt with its step, time and newest line of output, and a line of totals.
 *
 * @param stream - The terminal; drawn at most 15 times a second.
 * @param options - `signal`: once it is aborted the lines are taken away, so that who aborts may print something lasting.
 */
export function createLiveView(
	stream: NodeJS.WriteStream,
	{ clock, style, signal }: { readonly clock: Clock; readonly style: Style; readonly signal: AbortSignal },
): LiveView {
	const update = createLogUpdate(stream, { showCursor: false });
	const rows = new Map<string, Row>();
	const totals = { prompts: 0, done: 0, failed: 0 };
	let frame = 0;
	const draw = (): void => {
		frame += 1;
		if (rows.size > 0)
			update(render(rows, totals, { columns: stream.columns || 80, nowMs: clock.monotonicMs(), frame, style }));
	};
	const timer = setInterval(draw, FRAME_MS);
	timer.unref();
	const clear = (): void => update.clear();
	signal.addEventListener('abort', clear);
	return {
		onEvent(event) {
			switch (event.type) {
				case 'run-started':
					totals.prompts = event.prompts.length;
					break;
				case 'prompt-started':
					rows.set(event.file, {
						file: event.file,
						steps: event.steps,
						step: null,
						startedAt: clock.monotonicMs(),
						lastLine: '',
					});
					break;
				case 'step-started':
					start(rows.get(event.step.file), event.step, clock.monotonicMs());
					break;
				case 'step-output':
					show(rows.get(event.step.file), event.text);
					break;
				case 'prompt-finished':
					rows.delete(event.result.file);
					totals.done += 1;
					if (event.result.outcome !== 'passed') totals.failed += 1;
					break;
				case 'run-finished':
					rows.clear();
					break;
			}
		},
		clear,
		close() {
			clearInterval(timer);
			signal.removeEventListener('abort', clear);
			update.clear();
			update.done();
		},
	};
}

function start(row: Row | undefined, step: StepRef, nowMs: number): void {
	if (!row) return;
	row.step = step;
	row.startedAt = nowMs;
	row.lastLine = '';
}

function show(row: Row | undefined, text: string): void {
	const line = text.trimEnd().split('\n').at(-1)?.trim();
	if (row && line) row.lastLine = line;
}

function render(
	rows: ReadonlyMap<string, Row>,
	totals: { prompts: number; done: number; failed: number },
	view: { columns: number; nowMs: number; frame: number; style: Style },
): string {
	const { columns, style } = view;
	const spinner = SPINNER[Math.floor(view.frame / 2) % SPINNER.length] ?? '';
	const shown = [...rows.values()].slice(0, MOST_ROWS).flatMap((row) => {
		const where = row.step ? `step ${row.step.number}/${row.steps} ${row.step.name}` : 'starting';
		const elapsed = formatDuration(view.nowMs - row.startedAt);
		const head = fit(`${spinner} ${row.file}  ${where}  ${elapsed}`, columns);
		return row.lastLine === '' ? [head] : [head, style.dim(fit(`    ${clipLine(row.lastLine, columns)}`, columns))];
	});
	const hidden = rows.size > MOST_ROWS ? [`  and ${rows.size - MOST_ROWS} more prompts`] : [];
	const failed = totals.failed === 0 ? '' : `, ${totals.failed} not passed`;
	return [
		...shown,
		...hidden,
		style.dim(fit(`  ${totals.done} of ${totals.prompts} prompts done${failed}`, columns)),
	].join('\n');
}

/** Cuts a line to the screen's width; a wrapped line would break the redraw. */
function fit(text: string, columns: number): string {
	if (stringWidth(text) < columns) return text;
	let cut = text.slice(0, columns - 1);
	while (stringWidth(cut) >= columns) cut = cut.slice(0, -1);
	return cut;
}
