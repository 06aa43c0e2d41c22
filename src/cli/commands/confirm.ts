import { join } from 'node:path';
import { closestName } from '../../core/closest-name.ts';
import { AppError } from '../../core/errors.ts';
import { digestRunResults, parseRunProof, type RunProof } from '../../core/run-proof.ts';
import type { RunRecord } from '../../report/run-record.ts';
import type { AgentFormat } from '../../transcript/agents/agent-format.ts';
import { confirmRun } from '../../transcript/agents/confirm-run.ts';
import { AGENT_FORMATS } from '../../transcript/agents/formats.ts';
import { createHost, type Host } from '../create-host.ts';
import { formatConfirmation, type ToldConfirmation } from '../format-confirmation.ts';
import type { Invocation } from '../io.ts';
import { loadConfig } from '../load-config.ts';
import { readRunRecord } from '../read-run-record.ts';
import { recordConfirmation } from '../record-confirmation.ts';

/** `verify confirm`: finds a run in the transcript of the agent that started it, and writes that into the ledgers; exit 4 when it is not there. */
export async function confirm({ args, options, io }: Invocation): Promise<number> {
	const host = createHost();
	const { reports } = await loadConfig(options.reports === undefined ? {} : { reports: String(options.reports) }, io);
	const { record } = await readRunRecord(args[0] ?? null, reports, host);
	const proof = proofOf(record, host);
	const confirmation = await confirmRun(
		{
			proof,
			startedAtMs: Date.parse(record.startedAt),
			finishedAtMs: Date.parse(record.finishedAt ?? record.startedAt),
			cwd: io.cwd,
			env: io.env,
			formats: pickFormats(options.agent),
			folders: options.transcripts === undefined ? null : [options.transcripts].flat().map(String),
			ignoredPaths: [join(reports, record.run), ...(record.transcript === null ? [] : [record.transcript])],
		},
		host.hashes,
	);
	const { call } = confirmation.finding;
	const nothing = { ledgers: [], refusals: [] };
	const recorded = call === null ? nothing : await recordConfirmation(record, call, host);
	const told = { ...confirmation, run: record.run, ...recorded };
	if (options.json === true) io.out(JSON.stringify(toJson(told)));
	else for (const line of formatConfirmation(told)) io.out(line);
	return call !== null && recorded.refusals.length === 0 ? 0 : 4;
}

const toJson = ({ run, finding, folders, ledgers, refusals }: ToldConfirmation): unknown => ({
	run,
	needed: 'bound',
	...finding,
	folders,
	ledgers,
	refusals,
});

function proofOf(record: RunRecord, host: Host): RunProof {
	const proof = parseRunProof(record.proof ?? '');
	if (proof === null) {
		throw new AppError('USAGE', `Cannot confirm: run ${record.run} ended without a proof of its own`, {
			advice: 'Let the agent run it again: a run that is killed, or of an older version, prints no proof',
		});
	}
	if (proof.run !== record.run || proof.results !== digestRunResults(record.prompts, host.hashes)) {
		throw new AppError(
			'USAGE',
			`Cannot confirm: the results in run.json of ${record.run} are not those that its proof is about`,
			{
				advice: 'Let the agent run it again; someone changed the record of this run',
			},
		);
	}
	return proof;
}

function pickFormats(agent: unknown): readonly AgentFormat[] {
	if (agent === undefined) return AGENT_FORMATS;
	const found = AGENT_FORMATS.filter(({ name }) => name === String(agent));
	if (found.length > 0) return found;
	const names = AGENT_FORMATS.map(({ name }) => name);
	throw new AppError('USAGE', `Cannot read transcripts of "${String(agent)}": known are ${names.join(', ')}`, {
		advice: `Did you mean ${closestName(String(agent), names) ?? names[0]}?`,
	});
}
