import { relative } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { quoteForShell } from '../../core/quote-for-shell.ts';
import { formatEdit } from '../../report/format-edit.ts';
import { rerunCommand } from '../../report/format-failure.ts';
import { type ProposedEdit, proposeAcceptance, writeAcceptance } from '../accept-step.ts';
import { canAsk, openAsker } from '../ask.ts';
import { createHost } from '../create-host.ts';
import { createStyle } from '../create-style.ts';
import { findStep, listFailures } from '../find-step.ts';
import type { Invocation, Io } from '../io.ts';
import { loadConfig } from '../load-config.ts';
import { optionText } from '../option-text.ts';
import { toRunFlags } from '../parse-argv.ts';

/** `verify accept`: takes what a step printed in its last run for what it shall print; shows the edit, and asks. */
export async function accept({ args, options, io }: Invocation): Promise<number> {
	if (io.env.CI) {
		throw new AppError('ACCEPT_REFUSED', 'Cannot accept in CI: what a step shall print is for a person to say', {
			advice: 'Accept at your desk and commit the prompt',
		});
	}
	const config = optionText(options.config);
	const { reports } = await loadConfig(toRunFlags(options), io, config);
	const host = createHost();
	const target = args[0] ?? '';
	const steps = /:\d+$/.test(target) ? [target] : await listFailures(target, reports, host);
	if (steps.length === 0) io.err(`verify: nothing failed in the last run of ${target}, nothing to accept`);
	const style = createStyle(io, options.color === false ? false : undefined);
	const refusals: string[] = [];
	let accepted = 0;
	// One after another: each edit moves the lines of those behind it.
	for (const name of steps) {
		const found = await findStep(name, reports, host);
		const proposal = await proposeAcceptance(found, host);
		const place = `${found.step.file}:${found.step.number}`;
		if (proposal.kind === 'refused') {
			refusals.push(`Cannot accept ${place}: ${proposal.why}`);
			continue;
		}
		if (proposal.kind === 'matches') {
			io.err(`verify: ${place} printed what it shall print, nothing to accept`);
			continue;
		}
		const columns = Math.max(80, io.columns);
		for (const line of formatEdit(proposal.before, proposal.source, { file: found.step.file, columns, style }))
			io.out(line);
		if (!(await isWanted(proposal, options.yes === true, io))) {
			io.err(`verify: ${place} stays as it is`);
			continue;
		}
		const ledger = await writeAcceptance(proposal, host);
		accepted += 1;
		io.err(`verify: accepted ${place}; its credit is gone, and ${relative(io.cwd, ledger)} says so`);
		io.err(`  next: ${rerunCommand(found.step)}`);
	}
	const [first, ...others] = refusals;
	if (first === undefined) return 0;
	for (const refusal of others) io.err(`verify: ${refusal}`);
	throw new AppError('ACCEPT_REFUSED', first, {
		advice: accepted > 0 ? 'The others were accepted' : `See why with: verify explain ${quoteForShell(target)}`,
	});
}

async function isWanted({ found }: ProposedEdit, isYes: boolean, io: Io): Promise<boolean> {
	if (isYes) return true;
	if (!canAsk(io)) {
		throw new AppError('ACCEPT_REFUSED', 'Cannot accept: nobody is at the terminal to say yes', {
			advice: `Read the edit above, then: verify accept ${quoteForShell(`${found.step.file}:${found.step.number}`)} --yes`,
		});
	}
	const asker = openAsker();
	try {
		return /^y(es)?$/i.test(await asker.ask('Accept this? It costs the step its credit (y/N)', ''));
	} finally {
		asker.close();
	}
}
