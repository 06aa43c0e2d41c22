import type { Finding } from './findings.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What a SARIF log says of the program beside its findings. */
export interface SarifFrame {
	/** Version of the program. */
	readonly version: string;
	/** What could not be looked at; ready to print. */
	readonly failures: readonly string[];
}

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;
const SEVERITIES = ['error', 'warning', 'info'] as const;
/** GitHub shows the first 5,000 results of a run. */
const MOST = 5000;

/**
 * Writes findings as SARIF 2.1.0, for GitHub's code scanning and for editors. Of more than 5,000 the worst are kept, and a notification
 * says so.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function formatSarif(findings: readonly Finding[], { version, failures }: SarifFrame): string {
	const kept = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity)).slice(
		0,
		MOST,
	);
	const left = findings.length - kept.length;
	const shown = findings.filter((finding) => left === 0 || kept.includes(finding));
	const rules = [...new Set(shown.map(({ ruleId }) => ruleId))].sort();
	const notifications = [
		...failures.map((text) => ({ level: 'error', message: { text } })),
		...(left === 0 ? [] : [{ level: 'warning', message: { text: `${left} more findings are left out` } }]),
	];
	const log = {
		$schema: 'https://json.schemastore.org/sarif-2.1.0.json',
		version: '2.1.0',
		runs: [
			{
				tool: { driver: { name: 'verify', semanticVersion: version, rules: rules.map(toRule) } },
				columnKind: 'utf16CodeUnits',
				invocations: [{ executionSuccessful: failures.length === 0, toolExecutionNotifications: notifications }],
				results: shown.map((finding) => toResult(finding, rules.indexOf(finding.ruleId))),
			},
		],
	};
	return `${JSON.stringify(log, null, '\t')}\n`;
}

const toRule = (id: string): unknown => ({
	id,
	shortDescription: { text: `${id.charAt(0).toUpperCase()}${id.slice(1).replaceAll('-', ' ')}` },
	help: { text: `See docs/lint.md, ${id}` },
});

const toResult = ({ file, line, column, end, ruleId, severity, message }: Finding, ruleIndex: number): unknown => ({
	ruleId,
	ruleIndex,
	level: LEVELS[severity],
	message: { text: message },
	locations: [
		{
			physicalLocation: {
				artifactLocation: { uri: toUri(file), uriBaseId: '%SRCROOT%' },
				region: {
					startLine: line,
					...(column === null ? {} : { startColumn: column }),
					...(end === null ? {} : { endLine: end.line, endColumn: end.column }),
				},
			},
		},
	],
	partialFingerprints: { 'verify/v1': fingerprintOf(JSON.stringify([file, ruleId, message])) },
});

/** RFC 3986 §3.3: all that is no plain character of a path is escaped; halves of characters were replaced by the system's decoder. */
const toUri = (file: string): string =>
	file
		.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
		.split('/')
		.map(encodeURIComponent)
		.join('/');
