/** Prints the problems, one a line, and makes the process fail if there are any; else prints `what` was found in order. */
export function tell(problems: readonly string[], what?: string): void {
	for (const problem of problems) console.error(problem);
	if (problems.length > 0) process.exitCode = 1;
	else if (what !== undefined) console.log(what);
}
