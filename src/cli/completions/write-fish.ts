import type { Completable, CompletionCommand, CompletionOption } from './completion-model.ts';

/**
 * Writes the completions for fish.
 *
 * @returns A script to be sourced, or to be put into `~/.config/fish/completions/verify.fish`.
 */
export function writeFish(commands: readonly CompletionCommand[]): string {
	const names = commands.map(({ name }) => name).join(' ');
	return `# verify completions for fish: verify completions fish | source

function __verify_command
	set -l words (commandline -opc)
	if set -q words[2]; and contains -- $words[2] ${names}
		echo $words[2]
	else
		echo run
	end
end

function __verify_is
	test (__verify_command) = $argv[1]
end

function __verify_first
	test (count (commandline -opc)) -eq 1
end

function __verify_runs
	echo latest
	for record in reports/*/run.json
		basename (dirname $record)
	end
end

function __verify_prompts
	__fish_complete_suffix .md
end

complete -c verify -f
${commands.map(({ name, description }) => `complete -c verify -n __verify_first -a ${name} -d ${quote(description)}`).join('\n')}

${commands.map(writeCommand).join('\n\n')}
`;
}

function writeCommand({ name, options, argument }: CompletionCommand): string {
	const lead = `complete -c verify -n '__verify_is ${name}'`;
	const words = writeValue(argument);
	return [
		...options.map((option) => `${lead}${writeOption(option)}`),
		...(words === '' ? [] : [`${lead} -a ${quote(words)}`]),
	].join('\n');
}

function writeOption({ names, description, value }: CompletionOption): string {
	const flags = names.map((name) => (name.startsWith('--') ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`)).join('');
	if (value === null) return `${flags} -d ${quote(description)}`;
	if (value.kind === 'file') return `${flags} -rF -d ${quote(description)}`;
	const words = writeValue(value);
	return `${flags} -x${words === '' ? '' : ` -a ${quote(words)}`} -d ${quote(description)}`;
}

function writeValue(value: Completable): string {
	switch (value.kind) {
		case 'choices':
			return value.choices.join(' ');
		case 'prompts':
			return '(__verify_prompts)';
		case 'runs':
			return '(__verify_runs)';
		case 'steps':
			return '(__verify_runs; __verify_prompts)';
		case 'folder':
			return '(__fish_complete_directories)';
		case 'file':
		case 'any':
		case 'nothing':
			return '';
	}
}

// In fish only these two are special between single quotes.
const quote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
