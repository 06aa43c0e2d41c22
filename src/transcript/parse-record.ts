import type { TranscriptRecord } from '../core/transcript-records.ts';

type Shape = Readonly<Record<string, 'string' | 'number' | 'string?' | 'number?'>>;

/** The fields that readers rely on; `?` allows `null`. Unknown fields and types are left for later versions to define. */
const SHAPES: Readonly<Record<TranscriptRecord['type'], Shape>> = {
	run: { run: 'string', writer: 'string', tool: 'string' },
	'execution-started': { execution: 'string', marker: 'string?', command_sha256: 'string' },
	output: { execution: 'string', seq: 'number', stream: 'string', data: 'string' },
	'output-elided': { execution: 'string', bytes: 'number' },
	'execution-completed': {
		execution: 'string',
		marker: 'string?',
		command_sha256: 'string',
		exit_code: 'number?',
		signal: 'string?',
		duration_ms: 'number',
		bytes: 'number',
		dropped_bytes: 'number',
		output_sha256: 'string',
	},
};

/**
 * Reads one record of our own transcripts.
 *
 * @param value - A parsed line.
 * @returns `null` for anything that is not a whole record of version 1.
 */
export function parseRecord(value: unknown): TranscriptRecord | null {
	if (typeof value !== 'object' || value === null) return null;
	const record = value as Readonly<Record<string, unknown>>;
	if (record.v !== 1 || typeof record.at !== 'string' || typeof record.type !== 'string') return null;
	if (!Object.hasOwn(SHAPES, record.type)) return null;
	const shape = SHAPES[record.type as TranscriptRecord['type']];
	for (const [key, type] of Object.entries(shape)) {
		const actual = record[key] === null && type.endsWith('?') ? type : typeof record[key];
		if (actual !== type && `${actual}?` !== type) return null;
	}
	return value as TranscriptRecord;
}
