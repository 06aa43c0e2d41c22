import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { HitKind } from '../hit-kind.ts';
import { asList, asRecord, asText, type Json, textOfContent, textsIn } from '../json.ts';
import type { AgentFormat, AgentPart, AgentRecord, LinePlace } from './agent-format.ts';
import { readClaudeResult } from './claude-results.ts';
import { runToolCommand } from './run-tool.ts';

const TYPES = new Set([
	'user',
	'assistant',
	'system',
	'progress',
	'summary',
	'file-history-snapshot',
	'queue-operation',
	'attachment',
	'last-prompt',
	'mode',
]);
/** Tags that the client puts around what nobody typed. */
const CLIENT_TAG =
	/^\s*(?:<(?:system-reminder|command-name|command-message|local-command-stdout|local-command-caveat|bash-input|bash-stdout|bash-stderr|task-notification)>|\[Request interrupted by user)/;

/**
 * Transcripts of Claude Code, versions 1.0 to 2.1: main sessions, sidechains, subagents' own files, output that was spilled to files.
 *
 * @see docs/agents.md
 */
export const claudeCode: AgentFormat = {
	name: 'claude-code',
	foldersFor: (cwd, env) => claudeCode.allFolders(env).map((all) => join(all, cwd.replace(/[^A-Za-z0-9]/g, '-'))),
	allFolders: (env) => [join(env.CLAUDE_CONFIG_DIR || join(env.HOME || homedir(), '.claude'), 'projects')],
	backgroundWord: 'backgroundTaskId',
	transcriptsOfOutput(path) {
		const folder = dirname(path);
		if (basename(folder) !== 'tool-results') return [];
		const session = dirname(folder);
		return [`${session}.jsonl`, ...agentFiles(join(session, 'subagents')), ...agentFiles(dirname(session))];
	},
	outputFiles({ file, task }, transcript, session) {
		if (file === null) return [];
		if (task !== null) return file.endsWith(`/${session}/tasks/${task}.output`) ? [file] : [];
		const name = basename(file);
		const folder = dirname(transcript);
		// A subagent's own file lies in `<session>/subagents`, others beside the session's folder.
		return [join(folder, session, 'tool-results', name), join(dirname(folder), 'tool-results', name)];
	},
	readTaskEnd(value, callId) {
		const record = asRecord(value);
		const text = asText(record?.content) || asText(asRecord(record?.attachment)?.prompt) || blockText(record);
		if (!text.includes(`<tool-use-id>${callId}</tool-use-id>`)) return null;
		const status = /<status>(\w+)<\/status>/.exec(text)?.[1];
		if (status !== 'completed' && status !== 'failed') return null;
		const code = /\(exit code (\d+)\)|failed with exit code (\d+)/.exec(text);
		const atMs = Date.parse(asText(record?.timestamp));
		const exitCode = code === null ? null : Number(code[1] ?? code[2]);
		return { exitCode, atMs: Number.isNaN(atMs) ? null : atMs };
	},
	read: readRecord,
	readResult: readClaudeResult,
};

const blockText = (record: Json | null): string =>
	record === null ? '' : textsIn(blocksOf(record).map(({ text }) => text)).join('\n');

function agentFiles(folder: string): string[] {
	try {
		return readdirSync(folder)
			.filter((name) => /^agent-.*\.jsonl$/.test(name))
			.map((name) => join(folder, name));
	} catch {
		return [];
	}
}

function readRecord(value: unknown, place: LinePlace): AgentRecord | null {
	const record = asRecord(value);
	// Our own records carry `v`.
	if (record === null || !TYPES.has(asText(record.type)) || 'v' in record) return null;
	const atMs = Date.parse(asText(record.timestamp));
	return {
		id: textOrNull(record.uuid),
		session: textOrNull(record.sessionId),
		cwd: textOrNull(record.cwd),
		atMs: Number.isNaN(atMs) ? null : atMs,
		isCopy: asRecord(record.data)?.type === 'agent_progress',
		parts: partsOf(record, place.line === 1 && basename(place.path).startsWith('agent-')),
		name: asText(record.type),
	};
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function partsOf(record: Json, isAgentPrompt: boolean): readonly AgentPart[] {
	if (record.type === 'progress') return progressParts(record);
	if (record.type === 'assistant') return assistantParts(record);
	if (record.type === 'user') return userParts(record, isAgentPrompt);
	return [];
}

function progressParts(record: Json): readonly AgentPart[] {
	const data = asRecord(record.data) ?? {};
	if (data.type === 'bash_progress') {
		return [textPart('tool-output', 'progress of Bash', textsIn([data.output, data.fullOutput]).join('\n'))];
	}
	return data.type === 'agent_progress' ? partsOf(asRecord(data.message) ?? {}, false) : [];
}

function assistantParts(record: Json): readonly AgentPart[] {
	// The client speaks in the model's place.
	if (record.isApiErrorMessage === true || asRecord(record.message)?.model === '<synthetic>') return [];
	return blocksOf(record).map((block): AgentPart => {
		if (block.type !== 'tool_use') {
			return textPart('assistant-text', asText(block.type), textsIn(block).join('\n'));
		}
		const tool = asText(block.name) || 'an unnamed tool';
		const text = textsIn(block.input).join('\n');
		const command = tool === 'Bash' ? asText(asRecord(block.input)?.command) : runToolCommand(tool, block.input);
		return { type: 'call', id: asText(block.id), tool, command, where: `input of ${asText(block.name)}`, text };
	});
}

function userParts(record: Json, isAgentPrompt: boolean): readonly AgentPart[] {
	const blocks = blocksOf(record);
	if (record.isCompactSummary === true) {
		return blocks.map((block) => textPart('assistant-text', 'summary', textsIn(block).join('\n')));
	}
	if (record.isMeta === true) return [];
	return blocks.map((block): AgentPart => {
		if (block.type === 'tool_result') {
			return {
				type: 'result',
				callId: asText(block.tool_use_id),
				isError: block.is_error === true,
				content: textOfContent(block.content),
				structured: record.toolUseResult,
			};
		}
		const text = textsIn(block).join('\n');
		if (CLIENT_TAG.test(asText(block.text))) return textPart('meta', 'text of the client', text);
		return isAgentPrompt || record.isSidechain === true
			? textPart('tool-input', 'prompt of a subagent', text)
			: textPart('user-text', 'text', text);
	});
}

const textPart = (kind: HitKind, where: string, text: string): AgentPart => ({ type: 'text', kind, where, text });

/** Content is an array of blocks, or a string that stands for one block of text; `message` itself may be either. */
function blocksOf(record: Json): readonly Json[] {
	const message = asRecord(record.message);
	const content = message === null ? record.message : message.content;
	if (typeof content === 'string') return [{ type: 'text', text: content }];
	return asList(content).flatMap((item): readonly Json[] => {
		if (typeof item === 'string') return [{ type: 'text', text: item }];
		const block = asRecord(item);
		return block === null ? [] : [block];
	});
}
