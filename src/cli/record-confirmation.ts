import { basename } from 'node:path';
import { isAppError } from '../core/errors.ts';
import type { PromptResult } from '../core/events.ts';
import type { ResultBody } from '../core/ledger-records.ts';
import { quoteForShell } from '../core/quote-for-shell.ts';
import type { LedgerHost, LedgerReading } from '../ledger/ledger.ts';
import { addToLedger } from '../ledger/open-ledger.ts';
import type { RunRecord } from '../report/run-record.ts';
import type { BoundCall } from '../transcript/agents/judge-agent-evidence.ts';
import { readPromptLedger } from './load-ledger.ts';

/** What became of a confirmation in the ledgers of a run's prompts. */
export interface RecordedConfirmation {
	/** Ledgers that hold it now. */
	readonly ledgers: readonly string[];
	/** Ledgers and prompts that do not, and why, a sentence each. */
	readonly refusals: readonly string[];
}

/**
 * Writes into the ledgers of a run's prompts that the run was found in an agent's transcript. A ledger that says so already is left alone,
 * and so is one whose results are not those of the run.
 */
export async function recordConfirmation(
	{ run, prompts }: RunRecord,
	call: BoundCall,
	host: LedgerHost,
): Promise<RecordedConfirmation> {
	const ledgers: string[] = [];
	const refusals: string[] = [];
	for (const prompt of prompts) {
		try {
			const { reading, shownPath, refusal } = await readPromptLedger(prompt.file, host);
			const results = reading === null ? [] : resultsOf(reading, run);
			const other = results.find((result) => !isOf(result, prompt));
			if (refusal !== null) refusals.push(refusal);
			else if (other !== undefined) {
				refusals.push(
					`${shownPath} holds another result of ${other.execution} than the run: see verify audit ${quoteForShell(prompt.file)}`,
				);
			} else if (reading !== null && results.length > 0) {
				if (!isConfirmed(reading, run, call)) await append(prompt.file, { run, call, host });
				ledgers.push(shownPath);
			}
		} catch (error) {
			if (!isAppError(error)) throw error;
			refusals.push(`${prompt.file}: ${error.message}`);
		}
	}
	return { ledgers, refusals };
}

const resultsOf = ({ records }: LedgerReading, run: string): readonly ResultBody[] =>
	records.flatMap(({ record }) => (record.kind === 'result' && record.run === run ? record : []));

const isOf = (result: ResultBody, { steps }: PromptResult): boolean =>
	steps.some(({ attempts }) =>
		attempts.some(
			(attempt) =>
				attempt.executionId === result.execution &&
				attempt.marker === result.marker &&
				attempt.outcome === result.outcome &&
				attempt.exitCode === result.exit_code &&
				attempt.output.sha256 === result.output_sha256,
		),
	);

const isConfirmed = ({ records }: LedgerReading, run: string, call: BoundCall): boolean =>
	records.some(({ record }) => record.kind === 'confirmed' && record.run === run && record.tool_use === call.toolUse);

async function append(
	file: string,
	{ run, call, host }: { readonly run: string; readonly call: BoundCall; readonly host: LedgerHost },
): Promise<void> {
	const { agent, session, toolUse, lines } = call;
	const transcript = basename(call.transcript);
	await addToLedger(
		file,
		{ kind: 'confirmed', run, agent, session, tool_use: toolUse, transcript, lines, evidence: 'bound' },
		// The ledger is there, so it adopts nothing.
		{ host, counts: { success: 0, failure: 0 } },
	);
}
