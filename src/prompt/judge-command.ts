/** Why a text can't be run as a command. */
export interface CommandProblem {
	readonly ruleId: 'placeholder-command' | 'prose-command' | 'no-command' | 'empty-fence';
	readonly message: string;
	readonly advice: string;
}

const FILL_IN = 'Write the command that proves the step';

/**
 * Judges the text of a command before anything runs.
 *
 * @param form - Blocks may be several lines of script; what stands in inline code is one command.
 * @returns `null` when nothing speaks against running it.
 */
export function judgeCommand(text: string, form: 'inline' | 'fence'): CommandProblem | null {
	const lines = text.split('\n').filter((line) => line.trim() !== '');
	if (lines.length === 0) {
		return { ruleId: 'empty-fence', message: 'The code block is empty, there is nothing to run', advice: FILL_IN };
	}
	if (lines.every((line) => /^\s*#/.test(line))) {
		const message = 'The code block holds only comments: it would pass whatever happens';
		return { ruleId: 'no-command', message, advice: FILL_IN };
	}
	const code = lines.filter((line) => !/^\s*#/.test(line)).join('\n');
	const placeholder = findPlaceholder(code);
	if (placeholder !== null) {
		const message = `The command is a placeholder: ${shorten(placeholder)}`;
		return { ruleId: 'placeholder-command', message, advice: FILL_IN };
	}
	if (isQuotation(code)) {
		const message = 'A quoted text stands where a command belongs';
		return { ruleId: 'prose-command', message, advice: `${FILL_IN}; a text for a model is none` };
	}
	if (/^\s*--?[A-Za-z]/.test(code)) {
		const message = `${form === 'fence' ? 'The code block' : 'The command'} holds only options, no program`;
		return { ruleId: 'no-command', message, advice: 'Write the program before its options' };
	}
	return judgeKind(code.trim());
}

/** What stands in backticks as often as commands do, and is none. */
function judgeKind(code: string): CommandProblem | null {
	const chat = /^\/[a-z][\w:-]*(?=\s|$)/.exec(code)?.[0];
	if (chat !== undefined) {
		const message = `${shorten(chat)} is a command for a chat with a model, no program`;
		return { ruleId: 'prose-command', message, advice: FILL_IN };
	}
	if (/^(?:PS ?)?(?:[A-Za-z]:\\[^\n>]*>|(?<=^PS ?)>)/.test(code)) {
		const message = 'A session of a Windows shell stands where commands belong, with its prompts and what it printed';
		return { ruleId: 'prose-command', message, advice: 'Write the commands alone, for the shell that runs them' };
	}
	if (DOCUMENT.test(code)) {
		const message = `The name of a file stands where a command belongs: ${shorten(code)}`;
		return {
			ruleId: 'prose-command',
			message,
			advice: 'Write what is to be done with it, such as `test -s` and the name',
		};
	}
	if (/^(?:SELECT|INSERT|UPDATE|DELETE|DROP|CREATE|ALTER|GET|POST|PUT|PATCH|HEAD) /.test(code)) {
		const message = `No shell understands this: ${shorten(code.split('\n')[0] ?? '')}`;
		return { ruleId: 'prose-command', message, advice: 'Write the program that sends it, such as `psql -c` or `curl`' };
	}
	return null;
}

const DOCUMENT = /^[\w./{}-]*\.(?:mdx?|txt|jsonl?|ya?ml|toml|csv|log|html?|pdf|png|svg)$/;

/** Tells inline code that is a command from a file name, a constant or an identifier in a sentence. */
export function looksLikeCommand(code: string): boolean {
	const text = code.trim();
	if (/^[A-Z0-9_]+$/.test(text)) return false;
	if (/\s/.test(text)) return /^[\w./~$({!-]/.test(text);
	return (
		/^(?:[a-z][a-z0-9_.-]*|(?:\.{0,2}|~)\/[\w./-]+)$/.test(text) &&
		!/\.(?:md|json|ya?ml|txt|toml|py|ts|js|html?|csv|log)$/.test(text)
	);
}

const shorten = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 57)}...`);

/** Words in square brackets; `[ -f x ]`, `[a-z]` and `[x for x in y]` are none. */
const WORDS_IN_BRACKETS = /\[(?!\s)([A-Za-z][\w'-]*(?: +[^\s\]]+)+)\]/;

function findPlaceholder(code: string): string | null {
	const text = code.trim();
	if (/^\[(?![\s[])[^\]]*\]$/.test(text) || /^(?:TODO|TBD|FIXME)\b/.test(text)) return text;
	if (/^<[^<>]+>$/.test(text) || /^(?:\.{3}|…|n\/a|none|your command here)$/i.test(text)) return text;
	// What stands in a here-document is no part of the command.
	if (text.includes('<<')) return null;
	return findUnquoted(text) ?? (text.includes('\n') ? null : (findInPattern(text) ?? findEllipsis(text)));
}

/** `helm repo add bitnami ...` is cut short; of `./...` and of Go's `...` this can't be said. */
const findEllipsis = (text: string): string | null =>
	/(?:^|\s)(\.{3}|…)(?=$|\s)/.test(text) && !/^go\b|["']/.test(text) ? text : null;

const WORDS_ALONE = /(?:^|[\s=/])(\[(?!\s)[A-Za-z][\w'-]*(?: [\w'-]+)+\])(?=$|[\s;|&/])/;
/** Two redirections at the end of a command, before another one, or into a name that begins like an option or goes on like a path. */
const ANGLES =
	/(?:^|[\s=/:@.-])(<[A-Za-z][\w.-]*(?: +(?!\d+>)[\w.-]+)*>(?=[ \t]*(?:$|[;|&<]|-))|<[A-Za-z][\w-]*>(?=[/.:@-]))/m;
/** `{a,b}`, `{1..3}`, `${x}`, `@{u}`, `%{x}` and `{{.Name}}` mean something; this does not. */
const CURLY = /(?:^|[\s=/:.])(\{[A-Za-z][\w-]*(?: [\w -]+)?\}|\{\{ ?(?!implementation|marker\b)[A-Za-z][\w-]* ?\}\})/m;
/** These replace braces themselves. */
const TAKES_BRACES = /\b(?:xargs|parallel|sed|fd)\b/;

/** Outside of quotes no shell gives `[path to file]`, `{project-root}` or a final `<file>` a meaning. */
function findUnquoted(text: string): string | null {
	if (!/[[<{]/.test(text)) return null;
	const bare = text
		.replace(/\\.|'[^']*'|"(?:[^"\\]|\\.)*"/gs, (quoted) => '"'.repeat(quoted.length))
		.replace(/(?:^|\s)#.*/g, '');
	const brackets = text.includes('\n') ? undefined : WORDS_ALONE.exec(bare)?.[1];
	return brackets ?? ANGLES.exec(bare)?.[1] ?? (TAKES_BRACES.test(bare) ? null : (CURLY.exec(bare)?.[1] ?? null));
}

/** As a pattern `[UUID from output]` is a set of letters: such a search finds anything, and would pass. */
function findInPattern(text: string): string | null {
	const search = /(?:^|[|&;]\s*)(?:grep|egrep|rg)\s+((?:-[\w-]+\s+)*)(?:"([^"]*)"|'([^']*)')/.exec(text);
	if (search === null || /-\w*F|--fixed/.test(search[1] ?? '')) return null;
	const match = WORDS_IN_BRACKETS.exec(search[2] ?? search[3] ?? '');
	if (match === null || / for \w+ in /.test(match[0])) return null;
	const letters = (match[1] ?? '').replace(/\s/g, '').toLowerCase();
	return new Set(letters).size < letters.length ? match[0] : null;
}

function isQuotation(code: string): boolean {
	const match = /^\s*(["“'])([^"“”]+)(["”'])\s*$/.exec(code);
	return match !== null && (match[2] ?? '').trim().split(/\s+/).length >= 3;
}
