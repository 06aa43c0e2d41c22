import type { RunContext } from './context.ts';
import type { PlannedPrompt } from './plan-prompt.ts';

const EXTENSIONS: Readonly<Record<string, string>> = {
	bash: 'sh',
	console: 'sh',
	css: 'css',
	go: 'go',
	html: 'html',
	java: 'java',
	javascript: 'js',
	js: 'js',
	json: 'json',
	jsx: 'jsx',
	markdown: 'md',
	perl: 'pl',
	python: 'py',
	python3: 'py',
	ruby: 'rb',
	rust: 'rs',
	sh: 'sh',
	shell: 'sh',
	sql: 'sql',
	toml: 'toml',
	ts: 'ts',
	tsx: 'tsx',
	typescript: 'ts',
	yaml: 'yaml',
	yml: 'yml',
	zsh: 'zsh',
};

/**
 * Writes the implementation blocks of a prompt to a private folder.
 *
 * @returns `IMPLEMENTATION`, `IMPLEMENTATION_2`, … with their absolute paths; empty when the prompt has none.
 */
export async function implementationEnv(
	prompt: PlannedPrompt,
	context: RunContext,
): Promise<Readonly<Record<string, string>>> {
	if (prompt.implementation.length === 0) return {};
	const paths = await context.workspace.writePrivate(
		prompt.implementation.map(({ language, text }, index) => ({
			name: `implementation${index === 0 ? '' : `_${index + 1}`}.${EXTENSIONS[language ?? ''] ?? language ?? 'txt'}`,
			text: text.endsWith('\n') ? text : `${text}\n`,
		})),
	);
	return Object.fromEntries(paths.map((path, index) => [`IMPLEMENTATION${index === 0 ? '' : `_${index + 1}`}`, path]));
}
