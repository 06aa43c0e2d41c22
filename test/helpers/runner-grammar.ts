/** A command as the runner of GitHub Actions reads it. */
export interface RunnerCommand {
	readonly name: string;
	readonly properties: Readonly<Record<string, string>>;
	readonly data: string;
}

// Commands that runners know, those that are switched off by default among them. docs.github.com, Workflow commands
const NAMES =
	'error warning notice debug group endgroup add-mask add-matcher remove-matcher echo stop-commands set-output save-state set-env add-path internal-set-repo-path'.split(
		' ',
	);

/** Characters without weight, which a culture-sensitive comparison passes over. Unicode Technical Standard 10, §4 */
const WEIGHTLESS = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Reads a line as the runner does: the second syntax first (`::name k=v,k=v::data`), then the first one (`##[name k=v;k=v]data`).
 * Written from the documentation and the behaviour of actions/runner, not from our own code; where the runner's comparison may or may not see
 * a character, the reading that finds a command wins.
 *
 * @param line - Without its newline.
 * @returns `null`: the line is text.
 */
export function readCommand(line: string): RunnerCommand | null {
	return readAsIs(line) ?? readAsIs(line.replace(WEIGHTLESS, ''));
}

/** Splits what a stream held into the lines that the runner sees: it ends them at LF, CR and CRLF. */
export const runnerLines = (text: string): string[] => text.split(/\r\n|\n|\r/);

/** Every command in what a process printed. */
export const commandsIn = (text: string): RunnerCommand[] =>
	runnerLines(text).flatMap((line) => readCommand(line) ?? []);

function readAsIs(line: string): RunnerCommand | null {
	const trimmed = line.replace(/^[\s\u0085]+/, '');
	const second = trimmed.startsWith('::') ? trimmed.indexOf('::', 2) : -1;
	if (second >= 0) {
		const command = split(trimmed.slice(2, second), ',', trimmed.slice(second + 2), unescapeProperty, unescapeData);
		if (command) return command;
	}
	const first = line.indexOf('##[');
	const end = first < 0 ? -1 : line.indexOf(']', first);
	return end < 0 ? null : split(line.slice(first + 3, end), ';', line.slice(end + 1), unescapeOld, unescapeOld);
}

type Unescape = (text: string) => string;

function split(
	info: string,
	separator: string,
	data: string,
	ofProperty: Unescape,
	ofData: Unescape,
): RunnerCommand | null {
	const [, name = '', rest = ''] = /^([^ ]*) ?(.*)$/s.exec(info) ?? [];
	if (!NAMES.includes(name.toLowerCase())) return null;
	const properties = rest
		.trim()
		.split(separator)
		.flatMap((pair): [string, string][] => {
			const at = pair.indexOf('=');
			return at <= 0 || at === pair.length - 1 ? [] : [[pair.slice(0, at), ofProperty(pair.slice(at + 1))]];
		});
	return { name: name.toLowerCase(), properties: Object.fromEntries(properties), data: ofData(data) };
}

const replaceAll = (pairs: Readonly<Record<string, string>>): Unescape => {
	return (text) => Object.entries(pairs).reduce((sum, [escaped, char]) => sum.replaceAll(escaped, char), text);
};
const unescapeData = replaceAll({ '%0D': '\r', '%0A': '\n', '%25': '%' });
const unescapeProperty = replaceAll({ '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' });
const unescapeOld = replaceAll({ '%3B': ';', '%0D': '\r', '%0A': '\n', '%5D': ']', '%25': '%' });
