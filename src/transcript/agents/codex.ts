import { homedir } from 'node:os';
import { join } from 'node:path';
import type { HitKind } from '../hit-kind.ts';
import { asList, asRecord, asText, type Json, parseJson, textOfContent, textsIn } from '../json.ts';
import type { AgentCall, AgentFormat, AgentPart, AgentRecord, AgentResult, ResultReading } from './agent-format.ts';

const TYPES = new Set(['session_meta', 'response_item', 'event_msg', 'turn_context', 'compacted']);
const SHELLS = new Set(['shell', 'shell_command', 'exec_command', 'local_shell', 'container.exec']);
/** Text that the client puts in under the name of the user. */
const CLIENT_TAG = /^\s*<(?:environment_context|user_instructions|user_shell_command|turn_aborted|skill)\b/;
/** What the shell tools write around the output, newest first. */
const FREE_FORM =
	/^(?:Chunk ID: \S+\n)?(?:Exit code: (-?\d+)\n)?Wall time: [\d.]+ seconds\n(?:Process exited with code (-?\d+)\n)?(Process running with session ID \S+\n)?(?:Original token count: \d+\n)?(Total output lines: \d+\n)?Output:\n/;
/** How output is cut in the middle. */
const ELIDED = /…\d+ (?:tokens|chars) truncated…|\[\.\.\. omitted \d+ of \d+ lines \.\.\.\]/;

/**
 * Rollouts of Codex: `sessions/<year>/<month>/<day>/rollout-<time>-<id>.jsonl`, each line `{ timestamp, type, payload }`. The folder
 * is one for all working directories.
 *
 * @see docs/agents.md
 */
export const codex: AgentFormat = {
	name: 'codex',
	foldersFor: (_cwd, env) => codex.allFolders(env),
	allFolders: (env) => [join(env.CODEX_HOME || join(env.HOME || homedir(), '.codex'), 'sessions')],
	backgroundWord: null,
	transcriptsOfOutput: () => [],
	outputFiles: () => [],
	readTaskEnd: () => null,
	read(value, { path }): AgentRecord | null {
		const line = asRecord(value);
		const payload = asRecord(line?.payload);
		if (line === null || payload === null || !TYPES.has(asText(line.type))) return null;
		const atMs = Date.parse(asText(line.timestamp));
		return {
			id: null,
			// Only the first record names the session; the file's name holds it too.
			session: /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/.exec(path)?.[1] ?? null,
			cwd: typeof payload.cwd === 'string' ? payload.cwd : null,
			atMs: Number.isNaN(atMs) ? null : atMs,
			// Events tell what the items hold, once more.
			isCopy: line.type === 'event_msg',
			parts: line.type === 'response_item' ? itemParts(payload) : [],
			name: asText(line.type),
		};
	},
	readResult: readCodexResult,
};

function itemParts(item: Json): readonly AgentPart[] {
	const text = textsIn(item).join('\n');
	switch (item.type) {
		case 'message':
			return messageParts(item);
		case 'reasoning':
			return [textPart('assistant-text', 'reasoning', text)];
		case 'function_call':
		case 'custom_tool_call':
		case 'local_shell_call':
			return [callPart(item)];
		case 'function_call_output':
		case 'custom_tool_call_output':
			return [resultPart(item)];
		default:
			return [];
	}
}

function messageParts(item: Json): readonly AgentPart[] {
	return asList(item.content).map((block): AgentPart => {
		const text = textsIn(block).join('\n');
		if (item.role === 'assistant') return textPart('assistant-text', 'text', text);
		if (item.role !== 'user' || CLIENT_TAG.test(asText(asRecord(block)?.text))) {
			return textPart('meta', 'text of the client', text);
		}
		return textPart('user-text', 'text', text);
	});
}

function callPart(item: Json): AgentCall {
	const tool = item.type === 'local_shell_call' ? 'local_shell' : asText(item.name) || 'an unnamed tool';
	const input =
		item.type === 'local_shell_call' ? asRecord(item.action) : asRecord(parseJson(Buffer.from(asText(item.arguments))));
	const text = textsIn(input ?? [item.arguments, item.input]).join('\n');
	const command = SHELLS.has(tool) && input !== null ? commandOf(input.command ?? input.cmd) : null;
	return { type: 'call', id: asText(item.call_id), tool, command, where: `input of ${tool}`, text };
}

/** A line, or words of which a shell's script is the last. */
function commandOf(command: unknown): string {
	if (typeof command === 'string') return command;
	const words = asList(command).map(asText);
	const isScript =
		words.length === 3 && /^(?:.*\/)?(?:ba|z|da|k)?sh$/.test(words[0] ?? '') && /^-l?c$/.test(words[1] ?? '');
	return isScript ? (words[2] ?? '') : words.join(' ');
}

function resultPart(item: Json): AgentResult {
	const content = textOfContent(asRecord(item.output)?.content ?? item.output);
	return { type: 'result', callId: asText(item.call_id), isError: false, content, structured: null };
}

function readCodexResult({ content }: AgentResult, call: AgentCall | null): ResultReading {
	if (call === null) return { kind: 'meta', where: 'result without a call', text: content, shell: null };
	const where = `result of ${call.tool}`;
	if (call.tool === 'apply_patch')
		return { kind: 'tool-input', where: `echo of ${call.tool}`, text: content, shell: null };
	if (call.command === null) return { kind: 'tool-output', where, text: content, shell: null };
	const ended = readEnd(content);
	// Refusals have no end: nothing ran, or nobody knows.
	if (ended === null) return { kind: 'meta', where: `${where} without an exit code`, text: content, shell: null };
	const { exitCode, output, isCut } = ended;
	const status = exitCode === null ? 'started' : exitCode === 0 ? 'succeeded' : 'failed';
	const isWhole = !isCut && exitCode !== null && !ELIDED.test(output);
	const shell = { status, exitCode, output, isWhole, file: null, task: null } as const;
	return { kind: 'tool-output', where, text: output, shell };
}

function readEnd(content: string): { exitCode: number | null; output: string; isCut: boolean } | null {
	const free = FREE_FORM.exec(content);
	if (free !== null) {
		const [head, first, second, running, lines] = free;
		const code = first ?? second;
		if (code === undefined && running === undefined) return null;
		return {
			exitCode: code === undefined ? null : Number(code),
			output: content.slice(head.length),
			isCut: lines !== undefined,
		};
	}
	// The first shell tool answered in JSON.
	const answer = asRecord(parseJson(Buffer.from(content)));
	const exitCode = asRecord(answer?.metadata)?.exit_code;
	if (typeof answer?.output !== 'string' || typeof exitCode !== 'number') return null;
	return { exitCode, output: answer.output, isCut: /^Total output lines: \d+\n/.test(answer.output) };
}

const textPart = (kind: HitKind, where: string, text: string): AgentPart => ({ type: 'text', kind, where, text });
