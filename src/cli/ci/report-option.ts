import { resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { Reporter } from '../../core/events.ts';
import type { Files } from '../../core/ports.ts';
import { findingsOf } from '../../report/ci/findings.ts';
import { formatCodeQuality } from '../../report/ci/format-code-quality.ts';
import { formatMarkdown } from '../../report/ci/format-markdown.ts';
import { formatTap } from '../../report/ci/format-tap.ts';
import { formatJUnit } from '../../report/format-junit.ts';
import { createRunRecorder, type RunRecord } from '../../report/run-record.ts';
import type { Io } from '../io.ts';
import type { CiService } from './ci-service.ts';
import { createRepositoryPath } from './repository-path.ts';

/** A report that `--report <format=file>` asks for. */
export interface AskedReport {
	readonly format: ReportFormat;
	/** `-`: stdout. */
	readonly file: string;
}

const FORMATS = ['junit', 'tap', 'md', 'json', 'codequality'] as const;

/** A comment of a pull request takes 65,536 characters, and whoever posts it may add some. */
const MOST_COMMENT_BYTES = 60_000;

/** A format that a run can be written in. */
export type ReportFormat = (typeof FORMATS)[number];

/**
 * Reads `--report`, given any number of times.
 *
 * @param isStdoutTaken - True: stdout is for JSON lines already.
 * @throws {AppError} `USAGE`: it is not `<format>=<file>`, the format is unknown, or more than one thing wants stdout.
 */
export function parseReportOption(value: unknown, isStdoutTaken: boolean): AskedReport[] {
	const words = value === undefined ? [] : [value].flat().map(String);
	const asked = words.map((word) => {
		const [, name, file] = /^([^=]*)=(.+)$/s.exec(word) ?? [];
		const format = FORMATS.find((known) => known === name);
		if (format && file !== undefined) return { format, file };
		throw new AppError('USAGE', `Cannot write the report "${word}": it is not <format>=<file>`, {
			advice: `Use a format of ${FORMATS.join(', ')}, such as --report junit=junit.xml; - is stdout`,
		});
	});
	const onStdout = asked.filter(({ file }) => file === '-').length + (isStdoutTaken ? 1 : 0);
	if (asked.some(({ file }) => file === '-') && onStdout > 1)
		throw new AppError('USAGE', `Cannot write ${onStdout} things to stdout`, {
			advice: 'Give all reports but one a file; --json takes stdout too',
		});
	return asked;
}

/** Creates the writer of asked reports; each is written whole when the run has ended. */
export function createAskedReports(
	asked: readonly AskedReport[],
	{ io, files, ci }: { readonly io: Io; readonly files: Files; readonly ci: CiService },
): Reporter {
	const recorder = createRunRecorder();
	const toRepositoryPath = createRepositoryPath(io);
	const write: Readonly<Record<ReportFormat, (record: RunRecord) => string>> = {
		junit: (record) => formatJUnit(record, ci === 'gitlab' ? { hasPlaces: true, toRepositoryPath } : {}),
		tap: formatTap,
		md: (record) => `${formatMarkdown(record, { mostBytes: MOST_COMMENT_BYTES })}\n`,
		json: (record) => `${JSON.stringify(record, null, '\t')}\n`,
		codequality: (record) => formatCodeQuality(findingsOf(record, toRepositoryPath)),
	};
	return {
		name: '--report',
		async onEvent(event) {
			recorder.add(event);
			const record = event.type === 'run-finished' ? recorder.read() : null;
			if (record === null) return;
			for (const { format, file } of asked) {
				const text = write[format](record);
				if (file === '-') io.out(text.replace(/\n$/, ''));
				else await files.write(resolve(io.cwd, file), text);
			}
		},
	};
}
