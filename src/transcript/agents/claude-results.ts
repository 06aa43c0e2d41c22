import { asRecord, asText, textsIn } from '../json.ts';
import type { AgentCall, AgentResult, ResultReading, ShellResult } from './agent-format.ts';
import { isRunTool, readRunToolResult } from './run-tool.ts';

const READERS = new Set(['Read', 'Grep', 'Glob', 'LS', 'NotebookRead']);
const ECHOES = new Set(['Write', 'Edit', 'MultiEdit', 'NotebookEdit', 'TodoWrite', 'ExitPlanMode']);
const MODELS = new Set(['Task', 'Agent', 'WebFetch', 'WebSearch']);
/** Tools that show what a command in the background printed. */
const TASK_READERS = new Set(['BashOutput', 'TaskOutput', 'AgentOutputTool']);

/** Results of calls that were refused: nothing ran. In the client's words, versions 1.0 to 2.1. */
const REFUSAL =
	/^(?:<tool_use_error>|The user doesn't want to (?:proceed|take this action)|Claude requested permissions? |Permission (?:to use |for this )|This command requires approval|Hook (?:.* )?denied |The agent proposed|(?:Pre|Post)ToolUse:\S+ hook error: |\[Request interrupted by user)/;
const BLOCKED = /^[^\n]{0,2000} was blocked\. For security, Claude Code may only /;
const EXIT_CODE = /^Exit code (\d{1,3})(?:\n|$)/;
const PERSISTED = '<persisted-output>';
/** How versions before 2.1.2 left out the middle of a long output. */
const ELIDED = /\.\.\. \[\d+ (?:lines|characters) truncated\] \.\.\./;

/**
 * Reads a result of Claude Code by the tool of its call. The first case that fits decides.
 *
 * @see docs/agents.md
 */
export function readClaudeResult(result: AgentResult, call: AgentCall | null): ResultReading {
	const { content, structured, isError } = result;
	const text = [content, ...textsIn(structured)].join('\n');
	if (call === null) return { kind: 'meta', where: 'result without a call', text, shell: null };
	const { tool } = call;
	if (isError && (REFUSAL.test(content) || BLOCKED.test(content))) {
		return { kind: 'meta', where: `refused call of ${tool}`, text, shell: null };
	}
	const where = `result of ${tool}`;
	if (isRunTool(tool)) return { kind: 'tool-output', where, text, shell: readRunToolResult(result) };
	if (call.command !== null) return readShellResult(result, { where, tool, text });
	if (TASK_READERS.has(tool)) return { kind: 'tool-output', where, text, shell: readTaskOutput(structured) };
	if (ECHOES.has(tool)) return { kind: 'tool-input', where: `echo of ${tool}`, text, shell: null };
	if (MODELS.has(tool)) return { kind: 'assistant-text', where, text, shell: null };
	return { kind: 'tool-output', where: READERS.has(tool) ? `${where} (content of a file)` : where, text, shell: null };
}

function readShellResult(
	{ content, structured, isError }: AgentResult,
	{ where, tool, text }: { readonly where: string; readonly tool: string; readonly text: string },
): ResultReading {
	const kept = asRecord(structured);
	const printed = { kind: 'tool-output', where, text } as const;
	if (typeof kept?.backgroundTaskId === 'string') {
		const file = /Output is being written to: (\S+\.output)\b/.exec(content)?.[1] ?? null;
		const shell = { status: 'started', exitCode: null, output: '', isWhole: false, file } as const;
		const start = { kind: 'meta', where: `start of ${tool} in the background`, text } as const;
		return { ...start, shell: { ...shell, task: kept.backgroundTaskId } };
	}
	if (isError) {
		const [head = '', code] = EXIT_CODE.exec(content) ?? [];
		const output = content.slice(head.length);
		const isWhole = !output.startsWith(PERSISTED) && !ELIDED.test(output);
		const shell = { output, isWhole, file: persistedFile(output, kept), task: null };
		if (code !== undefined) return { ...printed, shell: { ...shell, status: 'failed', exitCode: Number(code) } };
		// Version 1 told no status; since then only hooks and checks speak like that, and nothing ran.
		const doubt = `${where}, failed without an exit code: perhaps nothing ran`;
		return { ...printed, where: doubt, shell: { ...shell, status: 'unknown', exitCode: null } };
	}
	const done = { status: 'succeeded', exitCode: 0, task: null } as const;
	const output = typeof kept?.stdout === 'string' ? kept.stdout : content;
	if (content.startsWith(PERSISTED)) {
		const isWhole = kept !== null && isAllOf(asText(kept.stdout), content, kept.persistedOutputSize);
		return { ...printed, shell: { ...done, output, isWhole, file: persistedFile(content, kept) } };
	}
	return { ...printed, shell: { ...done, output, isWhole: !ELIDED.test(output), file: null } };
}

const persistedFile = (content: string, kept: Readonly<Record<string, unknown>> | null): string | null =>
	typeof kept?.persistedOutputPath === 'string'
		? kept.persistedOutputPath
		: (/saved to: (.+)$/m.exec(content)?.[1]?.trim() ?? null);

/** Version 2.1.39 kept all of it beside the preview, 2.1.197 the first 30,000 characters. Blanks at the end may be cut off. */
function isAllOf(stdout: string, content: string, size: unknown): boolean {
	const bytes = Buffer.byteLength(stdout);
	if (typeof size === 'number') return bytes >= size - 1;
	const [, told, unit] = /too large \(([\d.]+) ?(KB|MB)\)/.exec(content) ?? [];
	return told !== undefined && bytes >= Number(told) * (unit === 'MB' ? 1 << 20 : 1 << 10) * 0.99;
}

/** Of the tools that wait for a task; `null` where the record is not as known. */
function readTaskOutput(structured: unknown): ShellResult | null {
	const kept = asRecord(structured);
	const task = asRecord(kept?.task) ?? kept;
	const id = task?.task_id ?? task?.shellId;
	const output = task?.output ?? task?.stdout;
	const exitCode = typeof task?.exitCode === 'number' ? task.exitCode : null;
	if (typeof id !== 'string' || typeof output !== 'string') return null;
	const status = exitCode === null ? 'unknown' : exitCode === 0 ? 'succeeded' : 'failed';
	return { status, exitCode, output, isWhole: !ELIDED.test(output), file: null, task: id };
}
