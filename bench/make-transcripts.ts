import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE_BYTES = 8 * 1024 * 1024;
const START_MS = Date.parse('2026-01-05T10:00:00.000Z');
const WORDS = 'error passed failed module import expected result value const return function test build node'.split(
	' ',
);

/** Where a marker is to stand. */
export interface PlacedMarker {
	readonly marker: string;
	/** Number of the file, from 0. */
	readonly file: number;
}

/**
 * Writes a folder of made-up transcripts of Claude Code, in files of 8 MiB: thoughts, calls of Bash, and their results of all lengths.
 *
 * @param markers - Each stands in one result of Bash.
 * @param modified - When the files were last written.
 * @returns Bytes written.
 */
export async function makeTranscripts(
	folder: string,
	options: { readonly bytes: number; readonly markers: readonly PlacedMarker[]; readonly modified: Date },
): Promise<number> {
	await mkdir(folder, { recursive: true });
	const filler = exchanges(FILE_BYTES, 1);
	let written = 0;
	for (let file = 0; written < options.bytes; file += 1) {
		const path = join(folder, `${String(file).padStart(8, '0')}-0000-4000-8000-000000000000.jsonl`);
		const placed = options.markers.filter((item) => item.file === file);
		// In the middle of the file, a line each.
		const half = filler.slice(0, filler.lastIndexOf('\n', FILE_BYTES / 2) + 1);
		const text = [half, ...placed.map(({ marker }) => exchange(marker, marker)), filler.slice(half.length)];
		await writeFile(path, text.join(''));
		const handle = await open(path, 'r+');
		await handle.utimes(options.modified, options.modified);
		await handle.close();
		written += text.reduce((sum, part) => sum + part.length, 0);
	}
	return written;
}

function exchanges(bytes: number, seed: number): string {
	const parts: string[] = [];
	let state = seed;
	const random = (below: number): number => {
		state = (state * 48_271) % 2_147_483_647;
		return state % below;
	};
	for (let size = 0, index = 0; size < bytes; index += 1) {
		const text = Array.from({ length: 20 + random(600) }, () => WORDS[random(WORDS.length)] ?? '').join(' ');
		const part = exchange(`${seed}_${index}`, text);
		parts.push(part);
		size += part.length;
	}
	return parts.join('');
}

/** Writes a call of Bash and its result, two lines. */
export function exchange(id: string, output: string, { command = 'npm test', atMs = START_MS } = {}): string {
	const base = {
		parentUuid: null,
		isSidechain: false,
		sessionId: '00000000-0000-4000-8000-000000000000',
		cwd: '/work',
		version: '2.1.39',
		timestamp: new Date(atMs).toISOString(),
	};
	const call = { type: 'tool_use', id: `toolu_${id}`, name: 'Bash', input: { command, description: 'Test' } };
	const result = { tool_use_id: `toolu_${id}`, type: 'tool_result', content: output, is_error: false };
	return [
		{ ...base, type: 'assistant', uuid: `c${id}`, message: { role: 'assistant', model: 'm', content: [call] } },
		{
			...base,
			type: 'user',
			uuid: `r${id}`,
			message: { role: 'user', content: [result] },
			toolUseResult: { stdout: output, stderr: '', interrupted: false, isImage: false },
		},
	]
		.map((record) => `${JSON.stringify(record)}\n`)
		.join('');
}
