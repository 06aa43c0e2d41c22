import { constants } from 'node:os';
import { type Attestation, type AttestationStatement, formatStatement } from '../core/attestation.ts';
import type { GroupExit, LeakedProcess, Signer } from '../core/ports.ts';
import type { NotificationParams } from '../protocol/messages.ts';
import { formatTranscriptFailure } from '../protocol/transcript-recorder.ts';
import type { DroppedOutput } from './delivery.ts';

/** Why an execution ended: by itself, or what made it end. */
export type EndReason = 'exit' | 'cancel' | 'timeout' | 'stall' | 'output' | 'lease' | 'connection' | 'executor';

/** All that is known when nobody of an execution is left. */
export interface EndFacts {
	readonly executionId: string;
	readonly pid: number;
	readonly pgid: number;
	readonly marker: string | null;
	readonly subject: string | null;
	readonly commandSha256: string;
	readonly exit: GroupExit;
	readonly reason: EndReason;
	readonly startedAtMs: number;
	readonly endedAtMs: number;
	readonly durationMs: number;
	readonly lastSeq: number;
	readonly bytes: number;
	readonly dropped: DroppedOutput;
	readonly sha256: string;
	readonly leaked: readonly LeakedProcess[];
	/** Who could not be killed. */
	readonly stuck: readonly LeakedProcess[];
}

/** What is known of an end beside the end itself. */
export interface EndRemarks {
	/** Absent where nothing is signed. */
	readonly attestation?: Attestation;
	/** Why the transcript could not be written; `undefined`: it was. */
	readonly transcriptFailure: unknown;
}

const LIMITS_OF_COMMANDS: readonly EndReason[] = ['timeout', 'stall', 'output'];

/** Whether somebody wanted the end, beside the command and its own limits. */
export const isCanceledBy = (reason: EndReason): boolean => reason !== 'exit' && !LIMITS_OF_COMMANDS.includes(reason);

/** Tells an end as `process.completed` does. */
export function describeEnd(facts: EndFacts, remarks: EndRemarks): NotificationParams<'process.completed'> {
	const { exit, reason, dropped } = facts;
	return {
		status: exit.exitCode === 0 ? 'completed' : 'failed',
		pid: facts.pid,
		pgid: facts.pgid,
		exit_code: wireExitCode(exit),
		error: errorOf(facts.stuck, remarks.transcriptFailure),
		execution_id: facts.executionId,
		marker: facts.marker,
		command_sha256: facts.commandSha256,
		signal: exit.signal,
		canceled: isCanceledBy(reason),
		reason,
		started_at: facts.startedAtMs,
		ended_at: facts.endedAtMs,
		duration_ms: facts.durationMs,
		last_seq: facts.lastSeq,
		bytes: facts.bytes,
		dropped_bytes: dropped.bytes,
		dropped_messages: dropped.messages,
		sha256: facts.sha256,
		leaked: [...facts.leaked],
		...(remarks.attestation ? { attestation: remarks.attestation } : {}),
	};
}

/** Signs an end. */
export function attestEnd(facts: EndFacts, signer: Signer): Attestation {
	const statement: AttestationStatement = {
		v: 1,
		execution_id: facts.executionId,
		marker: facts.marker,
		subject: facts.subject,
		command_sha256: facts.commandSha256,
		exit_code: wireExitCode(facts.exit),
		signal: facts.exit.signal,
		output_sha256: facts.sha256,
		bytes: facts.bytes,
		dropped_bytes: facts.dropped.bytes,
		started_at: facts.startedAtMs,
		ended_at: facts.endedAtMs,
	};
	const signature = signer.sign(formatStatement(statement));
	return { algorithm: 'Ed25519', public_key: signer.publicKey(), statement, signature };
}

/** As the first executor's clients know it: minus the signal's number where a signal ended the command. */
function wireExitCode({ exitCode, signal }: GroupExit): number | null {
	if (signal === null) return exitCode;
	const numbers: Readonly<Record<string, number>> = constants.signals;
	return -(numbers[signal] ?? 0);
}

function errorOf(stuck: readonly LeakedProcess[], failure: unknown): string | null {
	const errors = stuck.map(({ pid, command }) => `Process ${pid} could not be killed: ${command}`);
	if (failure !== undefined) errors.push(formatTranscriptFailure(failure));
	return errors.length === 0 ? null : errors.join('; ');
}
