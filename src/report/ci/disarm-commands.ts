// What a culture-sensitive comparison, as GitHub's runner makes it, may not see between two characters of one line.
const UNSEEN = '[[\\p{C}\\p{M}\\p{Default_Ignorable_Code_Point}]--[\\r\\n]]*';
const BLANK = '[[\\s\\p{C}\\p{M}\\p{Default_Ignorable_Code_Point}]--[\\r\\n]]*';
// `::name …::` after blanks at the start of a line. actions/runner, ActionCommand.TryParseV2
const LINE_COMMAND = new RegExp(`(^|[\\r\\n])(${BLANK})(:${UNSEEN}:)`, 'gv');
// `##[name …]` anywhere in a line. actions/runner, ActionCommand.TryParse
const INNER_COMMAND = new RegExp(`#(${UNSEEN})#(${UNSEEN})\\[`, 'gv');

/**
 * Makes text harmless for a runner of GitHub Actions, which takes `::name …::…` at the start of a line and `##[name …]` anywhere in it
 * for commands, on stdout and stderr alike: a backslash is put before what it would read. In JSON, `##[` becomes the equal `#\u0023[`.
 *
 * @param text - One or more lines.
 * @returns The same text where there is nothing to fear.
 */
export function disarmCommands(text: string): string {
	if (!text.includes(':') && !text.includes('#')) return text;
	const [hash, bracket] = isJson(text) ? ['\\u0023', '['] : ['#', '\\['];
	return text.replace(LINE_COMMAND, '$1$2\\$3').replace(INNER_COMMAND, `#$1${hash}$2${bracket}`);
}

// What we print as JSON is an object or an array; nothing that we write for people looks so from end to end.
const isJson = (text: string): boolean => /^[{[]/.test(text) && /[}\]]\s*$/.test(text);
