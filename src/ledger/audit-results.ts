import { isMarker } from '../core/ids.ts';
import type { IntentBody, ResultBody } from '../core/ledger-records.ts';
import { isProven, scoreOf } from '../core/outcomes.ts';
import { type AuditFinding, finding, RESTORE } from './audit-finding.ts';
import type { PlacedRecord } from './ledger.ts';

/**
 * Checks what a run wrote against itself: each result follows the one intent that announced it, each marker belongs to one execution,
 * and nothing counts that proved less than it had to.
 *
 * @param records - In the order of the files; parents stand before their children.
 */
export function auditResults(records: readonly PlacedRecord[]): readonly AuditFinding[] {
	const findings: AuditFinding[] = [];
	const intents = new Map<string, IntentBody>();
	const markers = new Map<string, string>();
	const results = new Set<string>();
	for (const { record, place } of records) {
		if (record.kind === 'intent') {
			const owner = markers.get(record.marker);
			if (owner !== undefined || !isMarker(record.marker)) findings.push(reusedMarker(record, place, owner));
			markers.set(record.marker, record.execution);
			intents.set(record.execution, record);
		} else if (record.kind === 'result') {
			const problem = describeStray(record, intents.get(record.execution));
			if (problem !== null) findings.push(finding('result-without-intent', place, problem, RESTORE));
			else if (results.has(record.execution)) findings.push(repeated(record, place));
			results.add(record.execution);
			if (isUnderProven(record)) findings.push(tooLow(record, place));
		}
	}
	return findings;
}

function reusedMarker(
	{ marker, execution }: IntentBody,
	place: PlacedRecord['place'],
	owner: string | undefined,
): AuditFinding {
	const message =
		owner === undefined
			? `The intent of execution ${execution} has "${marker.slice(0, 120)}" for a marker, which is none`
			: `The marker ${marker} belongs to execution ${owner} already, and execution ${execution} uses it again`;
	return finding('marker-reused', place, message, RESTORE);
}

/** @returns What is wrong with the intent of a result; `null` when nothing is. */
function describeStray(result: ResultBody, intent: IntentBody | undefined): string | null {
	const what = `The result of execution ${result.execution} (step ${result.step.number}, ${result.outcome})`;
	if (intent === undefined) return `${what} was never announced: no intent stands before it`;
	const differing = [
		['run', intent.run === result.run],
		['marker', intent.marker === result.marker],
		['attempt', intent.attempt === result.attempt],
		['step', intent.step.digest === result.step.digest && intent.step.number === result.step.number],
		['command', intent.command_sha256 === result.command_sha256],
	].flatMap(([name, isSame]) => (isSame === true ? [] : [name]));
	return differing.length === 0 ? null : `${what} is of another ${differing.join(' and ')} than its intent announced`;
}

const repeated = ({ execution, outcome }: ResultBody, place: PlacedRecord['place']): AuditFinding =>
	finding(
		'result-repeated',
		place,
		`Execution ${execution} has reported already, and reports "${outcome}" once more`,
		RESTORE,
	);

function isUnderProven({ outcome, evidence, evidence_needed }: ResultBody): boolean {
	const { success, failure } = scoreOf(outcome);
	return success + failure > 0 && !isProven(evidence, evidence_needed);
}

const tooLow = ({ step, outcome, evidence, evidence_needed }: ResultBody, place: PlacedRecord['place']): AuditFinding =>
	finding(
		'evidence-too-low',
		place,
		`Step ${step.number} counts as ${outcome} with the evidence "${evidence}" where "${evidence_needed}" was needed`,
		RESTORE,
	);
