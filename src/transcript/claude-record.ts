import type { RecordHit } from './hit-kind.ts';
import { asList, asRecord, asText, type Json, textsIn } from './json.ts';

const TYPES = new Set([
	'user',
	'assistant',
	'system',
	'progress',
	'summary',
	'file-history-snapshot',
	'queue-operation',
]);
const READERS = new Set(['Read', 'Grep', 'Glob', 'LS', 'NotebookRead']);
const ECHOES = new Set(['Write', 'Edit', 'MultiEdit', 'NotebookEdit', 'TodoWrite', 'ExitPlanMode']);
const MODELS = new Set(['Task', 'Agent', 'WebFetch', 'WebSearch']);
/** Tags that the client puts around what nobody typed. */
const CLIENT_TAG =
	/^\s*(?:<(?:system-reminder|command-name|command-message|local-command-stdout|local-command-caveat|bash-input|bash-stdout|bash-stderr|task-notification)>|\[Request interrupted by user)/;
/** Results of calls that were refused: nothing ran. */
const REFUSAL =
	/^(?:<tool_use_error>|The user doesn't want to (?:proceed|take this action)|Claude requested permissions? |Permission to use |Hook .* denied|The agent proposed)/;

/** What the record itself does not tell. */
export interface ClaudeContext {
	/** Name of the tool that an earlier call of this id used; `null` when the file holds no such call. */
	toolOf(toolUseId: string): string | null;
	/** The first record of a subagent's own file. */
	readonly isAgentPrompt: boolean;
}

/** Tells whether a parsed line is a record of Claude Code. */
export const isClaudeRecord = (value: unknown): boolean => {
	const record = asRecord(value);
	return record !== null && typeof record.type === 'string' && TYPES.has(record.type) && !('v' in record);
};

/**
 * Classifies where in a record of Claude Code a text stands. The first row that fits decides; whatever is not known is `meta`, which
 * proves nothing.
 *
 * @param value - A parsed line for which {@link isClaudeRecord} holds.
 * @returns A hit for each part that holds the text, at least one.
 * @see docs/evidence.md
 */
export function classifyClaudeRecord(value: unknown, needle: string, context: ClaudeContext): readonly RecordHit[] {
	const record = asRecord(value) ?? {};
	const hits = partsOf(record, context).filter((part) => part.text.includes(needle));
	if (hits.length > 0) return hits;
	return [
		{ kind: 'meta', where: String(record.type), text: textsIn(record).find((text) => text.includes(needle)) ?? needle },
	];
}

function partsOf(record: Json, context: ClaudeContext): readonly RecordHit[] {
	if (record.type === 'progress') return progressParts(record, context);
	if (record.type === 'assistant') return assistantParts(record);
	if (record.type === 'user') return userParts(record, context);
	return [];
}

function progressParts(record: Json, context: ClaudeContext): readonly RecordHit[] {
	const data = asRecord(record.data) ?? {};
	if (data.type === 'bash_progress') {
		return [
			{ kind: 'tool-output', where: 'progress of Bash', text: textsIn([data.output, data.fullOutput]).join('\n') },
		];
	}
	if (data.type !== 'agent_progress') return [];
	const inner = asRecord(data.message) ?? {};
	return partsOf(inner, context).map((part) => ({ ...part, where: `copy of ${part.where}` }));
}

function assistantParts(record: Json): readonly RecordHit[] {
	const message = asRecord(record.message) ?? {};
	// The client speaks in the model's place.
	if (record.isApiErrorMessage === true || message.model === '<synthetic>') return [];
	return blocksOf(record).map((block): RecordHit => {
		if (block.type === 'tool_use') {
			return { kind: 'tool-input', where: `input of ${asText(block.name)}`, text: textsIn(block.input).join('\n') };
		}
		return { kind: 'assistant-text', where: asText(block.type), text: textsIn(block).join('\n') };
	});
}

function userParts(record: Json, context: ClaudeContext): readonly RecordHit[] {
	const blocks = blocksOf(record);
	if (record.isCompactSummary === true) {
		return blocks.map((block) => ({ kind: 'assistant-text', where: 'summary', text: textsIn(block).join('\n') }));
	}
	if (record.isMeta === true) return [];
	return blocks.map((block): RecordHit => {
		if (block.type === 'tool_result') return resultPart(block, record.toolUseResult, context);
		const text = textsIn(block).join('\n');
		if (CLIENT_TAG.test(asText(block.text))) return { kind: 'meta', where: 'text of the client', text };
		if (context.isAgentPrompt || record.isSidechain === true) {
			return { kind: 'tool-input', where: 'prompt of a subagent', text };
		}
		return { kind: 'user-text', where: 'text', text };
	});
}

function resultPart(block: Json, structured: unknown, context: ClaudeContext): RecordHit {
	const content = textsIn(block.content).join('\n');
	const text = [content, ...textsIn(structured)].join('\n');
	const tool = context.toolOf(asText(block.tool_use_id));
	if (tool === null) return { kind: 'meta', where: 'result without a call', text };
	if (block.is_error === true && REFUSAL.test(content)) return { kind: 'meta', where: `refused call of ${tool}`, text };
	const where = `result of ${tool}`;
	if (tool === 'Bash') {
		const started = asRecord(structured)?.backgroundTaskId !== undefined;
		return started
			? { kind: 'meta', where: `start of ${tool} in the background`, text }
			: { kind: 'tool-output', where, text };
	}
	if (ECHOES.has(tool)) return { kind: 'tool-input', where: `echo of ${tool}`, text };
	if (MODELS.has(tool)) return { kind: 'assistant-text', where, text };
	return { kind: 'tool-output', where: READERS.has(tool) ? `${where} (content of a file)` : where, text };
}

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

/** The ids of the calls whose results this record brings. */
export function resultIdsOf(value: unknown): readonly string[] {
	const record = asRecord(value) ?? {};
	const inner = record.type === 'progress' ? asRecord(asRecord(record.data)?.message) : record;
	return inner === null
		? []
		: blocksOf(inner).flatMap((block) => (block.type === 'tool_result' ? asText(block.tool_use_id) : []));
}

/** @returns The tool that this record calls under this id, `null` when it does not. */
export function calledToolOf(value: unknown, toolUseId: string): string | null {
	const record = asRecord(value) ?? {};
	const inner = record.type === 'progress' ? asRecord(asRecord(record.data)?.message) : record;
	if (inner?.type !== 'assistant') return null;
	const call = blocksOf(inner).find((block) => block.type === 'tool_use' && block.id === toolUseId);
	return call === undefined ? null : asText(call.name) || 'an unnamed tool';
}
