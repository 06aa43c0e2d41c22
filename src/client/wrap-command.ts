import { quoteWord } from '../core/quote-for-shell.ts';
import type { ExecuteRequest } from './client.ts';

/**
 * Wraps a command for an executor that knows nothing but command lines: it gets its environment and working directory, and its output
 * is put between bracket lines that carry the marker and its exit code.
 *
 * The line means the same whether the executor splits it into words and starts the first (as the first executor did at its
 * beginning), or gives it to a POSIX shell or zsh: outside of single quotes stand only plain words and `\'`.
 *
 * @param outerShell - The first word, which an executor may want to be on its list of allowed commands.
 */
export function wrapCommand(request: ExecuteRequest, outerShell: string): string {
	const variables = { ...request.env, VERIFY_MARKER: request.marker, VERIFY_EXECUTION_ID: request.executionId };
	const assignments = Object.entries(variables).map(([name, value]) => quoteWord(`${name}=${value}`));
	const shell = quoteWord(request.shell ?? 'sh');
	const command = `env ${assignments.join(' ')} ${shell} -c ${quoteWord(request.command)}`;
	const script = [
		...(request.cwd === undefined ? [] : [`cd ${quoteWord(request.cwd)} || exit 126`]),
		`printf '%s begin\\n' ${request.marker}`,
		request.stdin === undefined ? command : `printf %s ${quoteWord(request.stdin)} | ${command}`,
		'code=$?',
		`printf '\\n%s end %s\\n' ${request.marker} "$code"`,
		'exit "$code"',
	];
	return `${outerShell} -c ${quoteWord(script.join('\n'))}`;
}
