import { quoteWord } from '../../core/quote-for-shell.ts';
import type { Completable, CompletionCommand, CompletionOption } from './completion-model.ts';

/**
 * Writes the completions for zsh.
 *
 * @returns A script to be sourced after `compinit`, or to be put into a folder of `fpath` as `_verify`.
 */
export function writeZsh(commands: readonly CompletionCommand[]): string {
	return `#compdef verify
# verify completions for zsh: source <(verify completions zsh)

_verify_runs() {
	local -a runs
	runs=(latest reports/*/run.json(N:h:t))
	compadd -a runs
}

_verify_steps() {
	_verify_runs
	_files -g '*.md'
}

_verify() {
	local -a verify_commands
	verify_commands=(
${commands.map(({ name, description }) => `\t\t${quoteWord(`${name}:${description.replaceAll(':', '\\:')}`)}`).join('\n')}
	)
	local command=run
	if (( CURRENT == 2 )); then
		[[ $words[2] == -* ]] || { _describe command verify_commands; _files -g '*.md'; return }
	elif (( \${verify_commands[(I)\${words[2]}:*]} )); then
		command=$words[2]
		shift words
		(( CURRENT-- ))
	fi
	case $command in
${commands.map(writeCommand).join('\n')}
	esac
}

if [[ $funcstack[1] == _verify ]]; then
	_verify "$@"
else
	compdef _verify verify
fi
`;
}

function writeCommand({ name, options, argument }: CompletionCommand): string {
	const rest =
		argument.kind === 'nothing'
			? []
			: [quoteWord(`*:${argument.kind === 'any' ? 'word' : argument.kind}:${writeValue(argument)}`)];
	const lines = [...options.flatMap(writeOption), ...rest].map((line) => `\t\t\t${line}`);
	return `\t${name})\n\t\t_arguments \\\n${lines.join(' \\\n')}\n\t\t;;`;
}

function writeOption({ names, description, value }: CompletionOption): string[] {
	const text = description.replace(/[[\]:\\]/g, '\\$&');
	return names.map((name) => {
		if (value === null) return quoteWord(`${name}[${text}]`);
		const mark = name.startsWith('--') ? '=' : '';
		return quoteWord(`*${name}${mark}[${text}]:value:${writeValue(value)}`);
	});
}

function writeValue(value: Completable): string {
	switch (value.kind) {
		case 'choices':
			return `(${value.choices.join(' ')})`;
		case 'prompts':
			return '_files -g "*.md"';
		case 'runs':
			return '_verify_runs';
		case 'steps':
			return '_verify_steps';
		case 'file':
			return '_files';
		case 'folder':
			return '_files -/';
		case 'any':
		case 'nothing':
			return ' ';
	}
}
