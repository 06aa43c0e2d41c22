import type { StepResult } from '../../core/events.ts';
import type { Reason } from '../../core/outcomes.ts';

const UNPROVEN =
	'nothing in the prompt can mend this: the step ran, but what it printed was not found whole in the transcript; run verify_run again, and tell the user if it stays';
const LOST =
	"not the prompt's fault and not counted: run verify_run again, and have the executor looked at if it stays";
const DOCUMENT =
	'the prompt itself is at fault: mend this step in the markdown, look at it with verify_show, then verify_run';

/** What to do about each reason; never to touch counts or ledger, or to lower what a step expects without being asked to. */
const ADVICE: Readonly<Record<Reason, string>> = {
	'exit-code': 'find out from the output why the command failed, mend the implementation, then verify_run this step',
	mismatch:
		'compare expected and actual: mend the implementation if the output is wrong; change the expectation only if the user says that the output is right',
	'error-pattern':
		'an error pattern stood in the output, and the step was cancelled: mend what printed it; if the line is harmless, set Error Patterns for this step',
	stall:
		'it printed nothing for too long: find what it waits for (input, a lock, a server); if it is only slow, let it print, or set Stall for this step',
	timeout: 'it ran too long: find what hangs; if it needs the time, set Timeout for this step',
	truncated: 'it printed more than is kept, so that nothing can be judged: let it print less',
	'not-ready': 'its background command was never ready: look at its output, and at Ready When',
	'no-marker': UNPROVEN,
	'no-bracket': UNPROVEN,
	'cut-bracket': UNPROVEN,
	'digest-differs': UNPROVEN,
	'no-signature': UNPROVEN,
	'bad-signature': UNPROVEN,
	'attestation-mismatch': UNPROVEN,
	'unknown-key': UNPROVEN,
	'stale-key': UNPROVEN,
	'executor-lost': LOST,
	'executor-refused': 'the executor does not allow this command: change the command, or ask the user for its policy',
	'protocol-error': LOST,
	'setup-failed': 'the setup of the prompt failed, so no step could run: mend the setup, then verify_run',
	'spawn-failed': 'the shell or the working directory is missing: mend what the step names',
	placeholder: DOCUMENT,
	prose: DOCUMENT,
	'no-command': DOCUMENT,
	invalid: DOCUMENT,
	'earlier-failure': 'it did not run, because an earlier step failed: mend that one first',
	platform: 'it is not meant for this platform',
	requires: 'a program or variable that it requires is missing: install it, or ask the user',
	interrupted: 'the run was interrupted, nothing was counted: call verify_run again',
};

/** Says what to do about a step that did not pass. */
export function adviceFor({ outcome, reason }: StepResult): string {
	if (outcome === 'passed') return 'nothing: it passed';
	if (outcome === 'flaky') {
		return 'it passed only when tried again, which counts as a failure: find what changes from try to try (order, time, network, what is left behind)';
	}
	return reason === null ? 'call verify_run again' : ADVICE[reason];
}
