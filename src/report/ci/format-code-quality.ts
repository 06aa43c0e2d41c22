import type { Finding } from './findings.ts';
import { fingerprintOf } from './fingerprint.ts';

const SEVERITIES = { error: 'major', warning: 'minor', info: 'info' } as const;

/**
 * Writes findings as GitLab's code quality report. Fingerprints do not hang on line numbers, so that a finding that only moved is not
 * shown as a new one; several equal ones in a file are told apart by their order.
 *
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function formatCodeQuality(findings: readonly Finding[]): string {
	const seen = new Map<string, number>();
	const entries = findings.map((finding) => {
		const { file, line, ruleId, severity, message } = finding;
		const key = JSON.stringify([file, ruleId, message]);
		const nth = (seen.get(key) ?? 0) + 1;
		seen.set(key, nth);
		return {
			description: message,
			check_name: `verify/${ruleId}`,
			fingerprint: fingerprintOf(`${key}${nth}`),
			severity: SEVERITIES[severity],
			location: { path: file, lines: { begin: line } },
		};
	});
	return `${JSON.stringify(entries, null, '\t')}\n`;
}
