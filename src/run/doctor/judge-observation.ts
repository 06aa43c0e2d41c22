import { isProven } from '../../core/outcomes.ts';
import { judgeAttestation } from '../../transcript/judge-attestation.ts';
import type { Bench, ControlCheck } from './control.ts';
import type { Observation } from './observe.ts';

/** What a control knows of its command before it runs. */
export interface Wanted {
	/** 0 to 255. */
	readonly exitCode?: number;
	/** Must be the whole standard output. */
	readonly stdout?: string;
	readonly stderr?: string;
	/** Of all output, for what is too long to compare as text. */
	readonly whole?: { readonly bytes: number; readonly sha256: string };
}

/**
 * Asks of an execution what every honest executor can answer: end, output, size, digest, bracket, evidence, signature.
 *
 * @returns The answers in order; what an executor does not offer (a digest, a signature) is not asked for.
 */
export function judgeObservation(
	seen: Observation,
	wanted: Wanted,
	bench: Pick<Bench, 'client' | 'signatures'>,
): readonly ControlCheck[] {
	return [
		...endChecks(seen, wanted),
		...textChecks('standard output', seen.stdout, wanted.stdout),
		...textChecks('standard error', seen.stderr, wanted.stderr),
		...wholeChecks(seen, wanted),
		...toldChecks(seen),
		...proofChecks(seen),
		...signatureChecks(seen, bench),
	];
}

/** Makes a check whose detail names what was wanted where it differs. */
export const compare = (name: string, found: string | number | null, wanted: string | number): ControlCheck => ({
	name,
	isOk: found === wanted,
	detail: found === wanted ? String(found) : `${found ?? 'nothing'} instead of ${wanted}`,
});

function endChecks({ end, cancelledBy }: Observation, { exitCode }: Wanted): readonly ControlCheck[] {
	if (cancelledBy === 'limit')
		return [{ name: 'end', isOk: false, detail: 'it did not end in time and was cancelled' }];
	if (exitCode === undefined) return [];
	const found = end.exitCode === null ? `signal ${end.signal}` : `exit code ${end.exitCode}`;
	return [compare('end', found, `exit code ${exitCode}`)];
}

function textChecks(name: string, found: string, wanted: string | undefined): readonly ControlCheck[] {
	return wanted === undefined ? [] : [compare(name, show(found), show(wanted))];
}

const show = (text: string): string => JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);

function wholeChecks({ bytes, end }: Observation, { whole }: Wanted): readonly ControlCheck[] {
	if (whole === undefined) return [];
	return [compare('bytes that arrived', bytes, whole.bytes), compare('digest', end.receivedSha256, whole.sha256)];
}

function toldChecks({ end, bytes }: Observation): readonly ControlCheck[] {
	return [
		compare('bytes told', end.bytes, bytes),
		compare('bytes dropped', end.droppedBytes, 0),
		...(end.sha256 === null ? [] : [compare('digest told', end.sha256, end.receivedSha256)]),
	];
}

function proofChecks({ end, finding, cancelledBy }: Observation): readonly ControlCheck[] {
	// An executor of the base wire can't print the end of a bracket around what was cancelled.
	const bracket = end.bracket === 'cut' && cancelledBy !== null ? 'whole' : end.bracket;
	const failed = finding?.checks.find(({ isOk }) => !isOk);
	return [
		compare('bracket', bracket, 'whole'),
		...(finding === null
			? []
			: [
					{
						name: 'evidence',
						isOk: cancelledBy !== null || isProven(finding.level, 'bound'),
						detail: failed ? `${finding.level}: ${failed.name}: ${failed.detail}` : finding.level,
					},
				]),
	];
}

/** How far off its clock is has a control of its own. */
const ANY_TIME = Number.MAX_SAFE_INTEGER;

function signatureChecks(
	seen: Observation,
	{ client, signatures }: Pick<Bench, 'client' | 'signatures'>,
): readonly ControlCheck[] {
	const { capabilities, publicKey } = client.server;
	if (!capabilities.has('attestation')) return [];
	if (publicKey === null) return [{ name: 'signature', isOk: false, detail: 'announced without a key' }];
	const { end, startedAtMs } = seen;
	const { checks } = judgeAttestation(
		end.attestation,
		{ ...seen, outputSha256: end.receivedSha256, exitCode: end.exitCode, signal: end.signal, notBeforeMs: startedAtMs },
		{ publicKey, subject: null, bytes: seen.bytes, notAfterMs: seen.endedAtMs, clockToleranceMs: ANY_TIME },
		signatures,
	);
	const failed = checks.find(({ isOk }) => !isOk);
	return [
		{
			name: 'signature',
			isOk: !failed,
			detail: failed ? `${failed.name}: ${failed.detail}` : `verified with ${publicKey}`,
		},
	];
}
