import { cleanText } from './clean-text.ts';

/** Properties of a workflow command; `undefined` ones are left out. */
export type CommandProperties = Readonly<Record<string, string | number | undefined>>;

/**
 * Writes a workflow command of GitHub Actions: `::error file=prompts/deploy.md,line=42::It failed`.
 *
 * @param name - Such as `error`, `group`.
 * @param data - Free text; its newlines stay newlines, control characters become visible escapes.
 * @returns One line without its newline.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function formatWorkflowCommand(name: string, properties: CommandProperties, data: string): string {
	const pairs = Object.entries(properties).flatMap(([key, value]) =>
		value === undefined || value === '' ? [] : [`${key}=${escapeProperty(String(value))}`],
	);
	return `::${name}${pairs.length === 0 ? '' : ` ${pairs.join(',')}`}::${escapeData(data)}`;
}

// The runner takes each `%xx` back in turn, `%25` last: only these may be escaped, and the percent sign first.
const escapeData = (text: string): string => cleanText(text).replaceAll('%', '%25').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
