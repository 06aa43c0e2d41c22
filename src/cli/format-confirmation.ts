import type { RunConfirmation } from '../transcript/agents/confirm-run.ts';
import type { AgentCheck } from '../transcript/agents/judge-agent-evidence.ts';

const LONGEST_LIST = 5;

/** What is to be told of a run that was looked for in agents' transcripts. */
export interface ToldConfirmation extends RunConfirmation {
	readonly run: string;
	/** Ledgers that hold the confirmation now. */
	readonly ledgers: readonly string[];
	/** Why others do not, a sentence each. */
	readonly refusals: readonly string[];
}

/** Writes for people: the level reached and needed, each check, where it was looked, and what to do. */
export function formatConfirmation({ run, finding, folders, ledgers, refusals }: ToldConfirmation): readonly string[] {
	const { level, checks, call, traces, problems, files } = finding;
	const isBound = call !== null;
	const width = Math.max(...checks.map(({ name }) => name.length));
	return [
		`${isBound ? 'CONFIRMED    ' : 'NOT CONFIRMED'}  run ${run}  reached ${level}, needed bound`,
		...(isBound
			? [`  ${call.agent}, session ${call.session}, call ${call.toolUse}`, `  command  ${oneLine(call.command)}`]
			: []),
		...checks.map(
			({ name, isOk, detail, where }) =>
				`  ${isOk ? 'ok  ' : 'FAIL'}  ${name.padEnd(width)}  ${oneLine(detail)}${where === null ? '' : `  ${where}`}`,
		),
		...(isBound ? [] : traces.slice(0, LONGEST_LIST).map(({ where, what }) => `  seen  ${what}  ${where}`)),
		...(traces.length > LONGEST_LIST && !isBound ? [`  seen in ${traces.length - LONGEST_LIST} more places`] : []),
		...(isBound
			? []
			: [
					`  looked in ${folders.join(', ') || 'no folder: there is none'}${files === null ? '' : ` (files written since: ${files})`}`,
				]),
		...problems.map((problem) => `  could not read  ${problem}`),
		...ledgers.map((ledger) => `  recorded in ${ledger}`),
		...refusals.map((refusal) => `  not recorded  ${refusal}`),
		...(isBound
			? []
			: [
					`  next: ${adviceFor(
						checks.find(({ isOk }) => !isOk),
						folders,
					)}`,
				]),
	];
}

function adviceFor(failed: AgentCheck | undefined, folders: readonly string[]): string {
	if (folders.length === 0) return 'Name the folder of the transcripts with --transcripts <folder>';
	switch (failed?.name) {
		case 'command':
			return 'Let the agent call verify itself: verify <prompts…>, npx verify <prompts…>';
		case 'time':
			return 'Look at the clocks: the call must begin before the run and end after it';
		case 'the command came to its end':
			return 'Wait until the command in the background has ended, then confirm again';
		case 'output is whole':
			return 'Let the agent run it again with less output, such as without --verbose';
		case 'proof':
			return 'Let the agent keep the last line of the run: no tail or grep that cuts it off';
		default:
			return 'Confirm after the agent has gone on: its client writes the result once the call has ended. Name other folders with --transcripts <folder>';
	}
}

const oneLine = (text: string): string => {
	const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
	return line.length > 160 ? `${line.slice(0, 159)}…` : line;
};
