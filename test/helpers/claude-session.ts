import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Fields that every record of a made-up session carries; times go on by a second a record. */
const START_MS = Date.parse('2026-01-05T10:00:00.000Z');

/** A made-up transcript of Claude Code, line by line. */
export interface ClaudeSession {
	readonly lines: string[];
	/** Adds a line as it is. */
	raw(line: string): void;
	user(content: unknown, more?: object): void;
	assistant(content: unknown, more?: object): void;
	/** @returns The id of the call. */
	call(name: string, input: object, more?: object): string;
	bash(command: string, more?: object): string;
	/** A result; the client keeps `structured` beside it. */
	result(id: string, content: unknown, more?: { readonly isError?: boolean; readonly structured?: unknown }): void;
	/** A result of Bash as a main session has it. */
	printed(id: string, stdout: string): void;
	/** Lets time go on, milliseconds. */
	wait(ms: number): void;
	nowMs(): number;
	/** Writes the transcript; without a newline at its end. */
	write(path: string): Promise<void>;
}

/** Begins a session at 10:00:00 of 5 January 2026. */
export function claudeSession(sessionId = 'aaaaaaaa-0000-4000-8000-000000000001'): ClaudeSession {
	const lines: string[] = [];
	let nowMs = START_MS;
	let serial = 0;
	const add = (record: object): void => {
		serial += 1;
		const timestamp = new Date(nowMs).toISOString();
		const uuid = `${sessionId.slice(0, 24)}${String(serial).padStart(12, '0')}`;
		lines.push(
			JSON.stringify({ parentUuid: null, isSidechain: false, sessionId, cwd: '/w', uuid, timestamp, ...record }),
		);
		nowMs += 1000;
	};
	const session: ClaudeSession = {
		lines,
		raw: (line) => void lines.push(line),
		user: (content, more = {}) => add({ type: 'user', message: { role: 'user', content }, ...more }),
		assistant: (content, more = {}) =>
			add({ type: 'assistant', message: { role: 'assistant', model: 'm', content }, ...more }),
		call(name, input, more = {}) {
			const id = `toolu_${sessionId.slice(0, 8)}_${serial}`;
			session.assistant([{ type: 'tool_use', id, name, input }], more);
			return id;
		},
		bash: (command, more = {}) => session.call('Bash', { command, description: 'd' }, more),
		result(id, content, { isError, structured } = {}) {
			const error = isError === undefined ? {} : { is_error: isError };
			session.user(
				[{ type: 'tool_result', tool_use_id: id, content, ...error }],
				structured === undefined ? {} : { toolUseResult: structured },
			);
		},
		printed: (id, stdout) =>
			session.result(id, stdout, {
				isError: false,
				structured: { stdout, stderr: '', interrupted: false, isImage: false },
			}),
		wait(ms) {
			nowMs += ms;
		},
		nowMs: () => nowMs,
		async write(path) {
			await mkdir(dirname(path), { recursive: true });
			await writeFile(path, lines.join('\n'));
		},
	};
	return session;
}

/** Where a made-up project keeps its transcripts, below a folder. */
export const projectFolder = (root: string): string => join(root, '.claude', 'projects', '-w');
