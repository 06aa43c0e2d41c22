import { escapeControl } from '../../core/escape-control.ts';
import type { Style } from '../../report/style.ts';
import type { Finding } from './finding.ts';

const MARKS: Readonly<Record<Finding['mark'], string>> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };
const NAME_COLUMNS = 19;

/** Writes a finding: one line, and one more with what to do when something is to be done. */
export function formatFinding({ name, mark, detail, advice }: Finding, style: Style): string {
	const paint = { ok: style.green, warn: style.yellow, fail: style.red }[mark];
	// What an executor says may hold anything.
	const line = `  ${paint(MARKS[mark])}  ${name.padEnd(NAME_COLUMNS)}  ${escapeControl(detail)}`;
	return advice === null ? line : `${line}\n        next: ${advice}`;
}
