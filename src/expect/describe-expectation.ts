import { describeExitCodes } from './exit-code.ts';
import type { Expectation } from './expectation.ts';

/**
 * Says in few words what is checked: `exit code 0`, `exit code 0; 3 lines; contains "ok" on stderr`.
 */
export function describeExpectation(expectation: Expectation): string {
	const demands = expectation.matchers.map(({ label, stream }) =>
		stream === 'combined' ? label : `${label} on ${stream}`,
	);
	return [describeExitCodes(expectation.exitCodes), ...demands].join('; ');
}
