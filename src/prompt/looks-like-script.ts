/**
 * Tells a block of commands from a table, a report, a drawing or words for people, where no language says what it is. Run by a shell, such
 * a text does harm: `a -> b` writes a file, and what stands in backticks is run.
 *
 * @returns False in doubt. Lines after one that opens something, such as a quotation, a loop or a here-document, are not looked at.
 */
export function looksLikeScript(text: string): boolean {
	const lines = text.split('\n').map((line) => line.trim());
	let hasCommand = false;
	for (const line of lines) {
		if (line === '' || line.startsWith('#')) continue;
		if (!isCommandLine(line)) return false;
		// Settings alone prove nothing, and mostly show what a file holds.
		hasCommand ||= !ONLY_ASSIGNMENTS.test(line);
		if (opensMore(line)) break;
	}
	return hasCommand;
}

const ASSIGNMENT = /[A-Za-z_]\w*=(?!=)(?:"[^"]*"|'[^']*'|[^\s"'])* */.source;
const OPENING = /\$ |! |\( *|\{ /.source;
/** By name, by path, from a variable; a test; `:` and `.`. */
const PROGRAM = /[a-z_][\w+-]*(?:\.[\w+-]+)*|"?[\w.~$+{}-]*(?:\/[\w.$@+{}-]+)+"?|"?\$\{?\w+\}?"?|\[\[?(?= )|:|\.(?= )/
	.source;
/** Nothing but assignments, a program and what ends its name, a function, the end of a group. */
const COMMAND_LINE = new RegExp(
	`^(?:${ASSIGNMENT})*(?:$|(?:${OPENING})*(?:(?:${PROGRAM})(?=$|[\\s;&|<>)])|[a-z_]\\w*\\(\\)|[})]))`,
);
const ONLY_ASSIGNMENTS = new RegExp(`^(?:${ASSIGNMENT})+$`);
const KEYWORD = /^(?:for|while|until|if|case|function|time)\b/;
/** A label, an assignment, a declaration, a query or a section of other languages. */
const OTHER_LANGUAGE =
	/^[\w-]+ (?:\S+: |\S+:$|:?=|[-=]> )|^(?:const|let|var|def|class|return|import|from|package|public|private|pub|fn|func|use|using|interface|enum|struct|namespace|select|insert|update|delete|create)\s|^(?!function\b).*[^\s)&|;{]\s*\{$/;
/** Words that stand in sentences, and nearly never alone among the arguments of a command. */
const SENTENCE_WORD =
	/(?:^|\s)(?:the|a|an|and|or|of|to|is|are|was|were|be|with|for|from|that|this|your|you|should|must|will|it|its|has|have|not|all)(?=\s|[.,]|$)/i;
const DRAWING = /[\u2190-\u21ff\u2500-\u27bf]/;

function isCommandLine(line: string): boolean {
	if (!COMMAND_LINE.test(line) || OTHER_LANGUAGE.test(line) || DRAWING.test(line.slice(0, 200))) return false;
	if (KEYWORD.test(line)) return true;
	const bare = withoutQuotes(line);
	if (/^[^[]* = /.test(bare) && !/^test /.test(bare)) return false;
	if (/(?:^|\s)--?[A-Za-z]|[|;&<>$=*/]/.test(bare)) return true;
	// Neither options nor operators nor paths: words only.
	const words = bare.split(/\s+/).length;
	return words < 3 || !(SENTENCE_WORD.test(bare) || /[A-Za-z][.!?:,]$/.test(bare));
}

const withoutQuotes = (line: string): string => line.replace(/\\.|'[^']*'|"(?:[^"\\]|\\.)*"/g, '_');

function opensMore(line: string): boolean {
	const bare = withoutQuotes(line);
	return /["'`]|<<|(?:\\|\||&&|\{|\(|\bdo|\bthen|\bin)$/.test(bare);
}
