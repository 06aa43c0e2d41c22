import type { Reporter } from '../../core/events.ts';
import type { ToolProgress } from './tool.ts';

/** Tells how many steps of all are done, and what runs. Progress grows with each report, as the protocol demands: a running step is half a step. */
export function createProgressReporter(tell: (progress: ToolProgress) => void): Reporter {
	const running = new Set<string>();
	let total = 0;
	let done = 0;
	const report = (what: string): void =>
		tell({ progress: done + running.size / 2, total, message: `${done} of ${total} steps done, ${what}` });
	return {
		name: 'mcp progress',
		onEvent(event) {
			if (event.type === 'run-started') {
				total = event.prompts.reduce((sum, { steps }) => sum + steps, 0);
			} else if (event.type === 'step-started' && event.attempt === 1) {
				const { file, number, name } = event.step;
				running.add(`${file}\0${number}`);
				report(`running ${file} step ${number}: ${name}`);
			} else if (event.type === 'step-finished') {
				const { file, number, outcome } = event.result;
				running.delete(`${file}\0${number}`);
				done += 1;
				report(`${outcome} ${file} step ${number}`);
			}
		},
	};
}
