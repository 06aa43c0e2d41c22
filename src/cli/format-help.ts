import { COMMANDS, type CommandName, type CommandSpec, tableOf } from './commands.ts';
import { VERSION } from './version.ts';

type Row = readonly [string, string];

/**
 * Writes the help of one command, or of the whole program.
 *
 * @param name - `null`: what `verify --help` shows.
 * @param columns - Width of the screen; text wraps within 60 to 120.
 */
export function formatHelp(name: CommandName | null, columns: number): string {
	const width = Math.min(120, Math.max(60, columns));
	const spec: CommandSpec = COMMANDS.find((command) => command.name === name) ?? COMMANDS[0];
	const sections = name === null ? programSections(width) : commandSections(spec, width);
	return sections.join('\n\n');
}

function programSections(width: number): string[] {
	const run: CommandSpec = COMMANDS[0];
	return [
		`verify ${VERSION} - may this prompt be trusted?`,
		wrap(PURPOSE, width).join('\n'),
		section('Usage', ['verify <prompts…> [options]', 'verify <command> [arguments] [options]']),
		table(
			'Commands',
			COMMANDS.map(({ name, args, description }) => [`${name} ${args}`.trim(), description]),
			width,
		),
		table('Options of a run', allOptionRows(run), width),
		table('Exit codes', EXIT_CODES, width),
		section('Examples', [
			...run.examples.slice(0, 2),
			...COMMANDS.slice(1).flatMap(({ examples }) => examples.slice(0, 1)),
		]),
		'Help on one command: verify <command> --help',
	];
}

const PURPOSE =
	'Runs the verification steps that a markdown prompt carries, proves that they ran, and counts the results back into it.';

const EXIT_CODES: readonly Row[] = [
	['0', 'all passed and proven'],
	['1', 'a step failed'],
	['2', 'usage, config or markdown error'],
	['3', 'no verdict (executor, disk)'],
	['4', 'ran, but unproven'],
	['5', 'nothing selected'],
	['6', 'record tampered with'],
	['7', 'gate not met'],
	['70', 'a fault of this program'],
	['130', 'interrupted (143: by SIGTERM, 129: by SIGHUP)'],
];

function commandSections(spec: CommandSpec, width: number): string[] {
	return [
		wrap(spec.description, width).join('\n'),
		section('Usage', [`verify ${spec.name} ${spec.args} [options]`.replace('  ', ' ')]),
		table('Options', allOptionRows(spec), width),
		section('Examples', spec.examples),
	];
}

const optionRows = (spec: CommandSpec): Row[] => [
	...spec.options.map(({ flag, description }): Row => [flag, description]),
	['-h, --help', 'Show this help'],
];

const allOptionRows = (spec: CommandSpec): Row[] => [
	...tableOf(spec).map((option): Row => {
		const isSaid = option.defaultText === null || option.type.kind === 'flag';
		return [option.flag, isSaid ? option.description : `${option.description} (default: ${option.defaultText})`];
	}),
	...optionRows(spec),
];

const section = (title: string, lines: readonly string[]): string =>
	[title, ...lines.map((line) => `  ${line}`)].join('\n');

function table(title: string, rows: readonly Row[], width: number): string {
	const left = Math.max(...rows.map(([term]) => term.length)) + 2;
	return section(
		title,
		rows.flatMap(([term, text]) =>
			wrap(text, width - left - 2).map((line, index) => `${(index === 0 ? term : '').padEnd(left)}${line}`),
		),
	);
}

function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else {
			line = line === '' ? word : `${line} ${word}`;
		}
	}
	return [...lines, line];
}
