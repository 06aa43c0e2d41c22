import { AppError, ERRORS, isAppError } from '../core/errors.ts';
import { guardIo } from './ci/guard-io.ts';
import type { CommandName } from './commands.ts';
import { formatHelp } from './format-help.ts';
import { createProcessIo, type Invocation, type Io } from './io.ts';
import { parseArgv } from './parse-argv.ts';
import { reportErrors } from './report-errors.ts';
import { VERSION } from './version.ts';

type Command = (invocation: Invocation) => Promise<number>;

// Imported only when called: `--help` must not pay for the markdown parser.
const LOADERS: Readonly<Record<CommandName, () => Promise<Command>>> = {
	run: async () => (await import('./commands/run.ts')).run,
	gate: async () => (await import('./commands/gate.ts')).gate,
	audit: async () => (await import('./commands/audit.ts')).audit,
	show: async () => (await import('./commands/show.ts')).show,
	lint: async () => (await import('./commands/lint.ts')).lint,
	find: async () => (await import('./commands/find.ts')).find,
	badge: async () => (await import('./commands/badge.ts')).badge,
	confirm: async () => (await import('./commands/confirm.ts')).confirm,
	report: async () => (await import('./commands/report.ts')).report,
	explain: async () => (await import('./commands/explain.ts')).explain,
	accept: async () => (await import('./commands/accept.ts')).accept,
	config: async () => (await import('./commands/config.ts')).config,
	completions: async () => (await import('./commands/completions.ts')).completions,
	new: async () => (await import('./commands/new.ts')).newPrompt,
	doctor: async () => (await import('./commands/doctor.ts')).doctor,
	attest: async () => (await import('./commands/attest.ts')).attest,
	serve: async () => (await import('./commands/serve.ts')).serve,
	prune: async () => (await import('./commands/prune.ts')).prune,
	mcp: async () => (await import('./commands/mcp.ts')).mcp,
};

/**
 * Runs a command line.
 *
 * @param argv - Without the program and script names.
 * @returns The exit code; see `docs/exit-codes.md`. Never throws.
 */
export async function main(argv: readonly string[], givenIo: Io = createProcessIo()): Promise<number> {
	const io = isReadByRunner(argv, givenIo) ? guardIo(givenIo) : givenIo;
	try {
		const parsed = parseArgv(argv);
		if (parsed.kind !== 'command') {
			const text = parsed.kind === 'version' ? VERSION : formatHelp(parsed.command, io.columns);
			if (argv.length > 0) {
				io.out(text);
				return 0;
			}
			// `verify $CHANGED` with nothing in it has verified nothing: that must not look like a pass.
			io.err(text);
			throw new AppError('USAGE', 'Cannot run: no prompt was named', {
				advice: 'Name one, such as verify prompts/*.md',
			});
		}
		const command = await LOADERS[parsed.name]();
		return await command({ args: parsed.args, options: parsed.options, io });
	} catch (error) {
		return report(error, io);
	}
}

/** Also under `--ci none` of a real GitHub Actions: its runner reads all the same. */
const isReadByRunner = (argv: readonly string[], { env }: Io): boolean =>
	env.GITHUB_ACTIONS === 'true' ||
	argv.some((word, index) => word === '--ci=github' || (word === 'github' && argv[index - 1] === '--ci'));

function report(error: unknown, io: Io): number {
	if (isAppError(error)) return reportErrors([error], io);
	io.err('verify: this is a bug of verify, please report it with the lines below [BROKEN_INVARIANT]');
	io.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
	return ERRORS.BROKEN_INVARIANT.exit;
}
