import type { TestReport } from './test-report.ts';

/** What is known of a test file once its process ended. */
export interface FileRun {
	readonly exitCode: number | null;
	readonly signal: string | null;
	/** It was killed because its time was over; the limit in seconds. */
	readonly limitSeconds: number | null;
	readonly reports: readonly TestReport[];
	/** Command lines of processes that it left behind. */
	readonly leftovers: readonly string[];
}

/** What a test file adds to the totals. */
export interface FileVerdict {
	readonly passed: number;
	/** At least 1 when there is a complaint. */
	readonly failed: number;
	readonly skipped: number;
	/** Why the file failed; `null` when it passed. */
	readonly complaint: string | null;
}

/**
 * Judges a test file by what its suites reported, never by what it printed: it passes only if it ended by itself with 0, left no process
 * behind, planned at least one test in each suite, and finished exactly those that it planned.
 */
export function judgeFile(run: FileRun): FileVerdict {
	const count = (type: TestReport['type']): number => run.reports.filter((report) => report.type === type).length;
	const plans = run.reports.flatMap((report) => (report.type === 'planned' ? [report] : []));
	const planned = plans.reduce((sum, plan) => sum + plan.tests, 0);
	const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')];
	const missing = planned - passed - failed;
	const complaint = findComplaint(run, { planned, passed, failed, skipped, plans: plans.length });
	const isSound = complaint === null;
	return { passed, failed: isSound ? 0 : Math.max(1, failed + Math.max(0, missing)), skipped, complaint };
}

interface Numbers {
	readonly plans: number;
	readonly planned: number;
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
}

function findComplaint(run: FileRun, { plans, planned, passed, failed, skipped }: Numbers): string | null {
	const finished = passed + failed;
	const broken = run.reports.find((report) => report.type === 'broken');
	if (run.limitSeconds !== null)
		return `still running after ${run.limitSeconds} s, ${finished} of ${planned} tests done`;
	const trouble = [
		...(failed > 0 ? [`${failed} of ${planned} failed`] : []),
		...(broken?.type === 'broken' ? [broken.what] : []),
	];
	if (trouble.length > 0) return trouble.join(', ');
	if (plans === 0) return 'no suite was run: use describe() of test/helpers/suite.ts';
	if (planned === 0 && skipped === 0) return 'no test ran';
	if (finished < planned) return `ended after ${finished} of ${planned} tests with ${endOf(run)}`;
	if (finished > planned) return `${finished} tests were run of ${planned} that were planned`;
	if (run.exitCode !== 0) return `${endOf(run)} though all tests passed`;
	if (run.leftovers.length > 0) return `left processes behind: ${run.leftovers.join(', ')}`;
	return null;
}

const endOf = (run: FileRun): string => (run.exitCode === null ? `signal ${run.signal}` : `exit code ${run.exitCode}`);
