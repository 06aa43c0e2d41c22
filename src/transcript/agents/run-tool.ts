import { quoteWord } from '../../core/quote-for-shell.ts';
import { asList, asRecord, asText, parseJson } from '../json.ts';
import type { AgentResult, ShellResult } from './agent-format.ts';

/** As agents name the tool `verify_run` of an MCP server, whatever its user called the server. */
const RUN_TOOL = /^mcp__.+__verify_run$/;
/** What the client puts in the place of a result that is too long. */
const CUT = /^(?:<persisted-output>|Error: result \()|\[OUTPUT TRUNCATED/;

/** Tells the tool of `verify mcp` that runs prompts: its result is what a run of `verify` prints. */
export const isRunTool = (tool: string): boolean => RUN_TOOL.test(tool);

/** @returns The command line that does the same as a call of the tool; `null` for any other tool. */
export function runToolCommand(tool: string, input: unknown): string | null {
	if (!isRunTool(tool)) return null;
	const prompts = asList(asRecord(input)?.prompts).map(asText);
	return ['verify', 'run', ...prompts.map(quoteWord)].join(' ');
}

/** Reads what the tool answered: its text, or the JSON of its fields, of which `summary` is that text. */
export function readRunToolResult({ content, isError }: AgentResult): ShellResult {
	const output = asText(asRecord(parseJson(Buffer.from(content)))?.summary) || content;
	const status = isError ? 'unknown' : 'succeeded';
	return { status, exitCode: isError ? null : 0, output, isWhole: !CUT.test(content), file: null, task: null };
}
