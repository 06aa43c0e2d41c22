import { quoteWord } from '../../core/quote-for-shell.ts';
import type { Completable, CompletionCommand } from './completion-model.ts';

/**
 * Writes the completions for bash, 3.2 and later; needs no `bash-completion`.
 *
 * @returns A script to be sourced.
 */
export function writeBash(commands: readonly CompletionCommand[]): string {
	return `# verify completions for bash: source <(verify completions bash)

_verify_words() {
	local word
	while IFS= read -r word; do
		[ -n "$word" ] && COMPREPLY+=("$word")
	done < <(compgen -W "$1" -- "$cur")
}

_verify_paths() {
	local path
	compopt -o filenames 2>/dev/null
	while IFS= read -r path; do
		COMPREPLY+=("$path")
	done < <({ compgen -d -- "$cur"; [ -n "$1" ] && compgen -f -X "$1" -- "$cur"; } | sort -u)
}

_verify_runs() {
	local run runs=latest
	for run in reports/*/run.json; do
		[ -e "$run" ] || continue
		run=\${run%/run.json}
		runs="$runs \${run##*/}"
	done
	_verify_words "$runs"
}

_verify() {
	local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command=run options=
	COMPREPLY=()
	# "=" is a word of its own.
	if [ "$cur" = = ]; then cur=; elif [ "$prev" = = ]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
	if [ "$COMP_CWORD" -gt 1 ]; then
		case "\${COMP_WORDS[1]}" in
		${commands.map(({ name }) => name).join(' | ')}) command=\${COMP_WORDS[1]} ;;
		esac
	fi
	case "$command" in
${commands.map(writeCommand).join('\n')}
	esac
	case "$cur" in
	-*) _verify_words "$options" ;;
	*)
		if [ "$COMP_CWORD" -eq 1 ]; then
			_verify_words ${quoteWord(commands.map(({ name }) => name).join(' '))}
		fi
		case "$command" in
${commands
	.filter(({ argument }) => argument.kind !== 'any' && argument.kind !== 'nothing')
	.map(({ name, argument }) => `\t\t${name}) ${writeValue(argument)} ;;`)
	.join('\n')}
		esac
		;;
	esac
}

complete -F _verify verify
`;
}

function writeCommand({ name, options }: CompletionCommand): string {
	const names = options.flatMap((option) => option.names).join(' ');
	const values = options.flatMap((option) =>
		option.value === null ? [] : [`\t\t${option.names.join(' | ')}) ${writeValue(option.value)}; return ;;`],
	);
	const body = values.length === 0 ? [] : [`\t\tcase "$prev" in`, ...values, '\t\tesac'];
	return [`\t${name})`, `\t\toptions=${quoteWord(names)}`, ...body, '\t\t;;'].join('\n');
}

function writeValue(value: Completable): string {
	switch (value.kind) {
		case 'choices':
			return `_verify_words ${quoteWord(value.choices.join(' '))}`;
		case 'prompts':
			return "_verify_paths '!*.md'";
		case 'runs':
			return '_verify_runs';
		case 'steps':
			return "_verify_runs; _verify_paths '!*.md'";
		case 'file':
			return "_verify_paths '!*'";
		case 'folder':
			return "_verify_paths ''";
		case 'any':
		case 'nothing':
			return ':';
	}
}
