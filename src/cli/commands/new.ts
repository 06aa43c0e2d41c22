import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { quoteForShell } from '../../core/quote-for-shell.ts';
import { canAsk, openAsker } from '../ask.ts';
import { findTemplates } from '../find-templates.ts';
import type { Invocation, Io } from '../io.ts';
import { type FirstStep, writeFirstStep } from '../write-first-step.ts';
import { writeNew } from '../write-new.ts';
import { writeSkill } from '../write-skill.ts';

const TEMPLATES = ['self-improving', 'minimal'] as const;

/** What a new prompt is made of. */
interface Wanted {
	readonly name: string;
	readonly folder: string;
	readonly template: string;
	/** `null`: the steps of the template. */
	readonly step: FirstStep | null;
}

/** `verify new`: writes a prompt from a template; never over a file that is there. Without a name it asks, where somebody is there to answer. */
export async function newPrompt({ args, options, io }: Invocation): Promise<number> {
	if (options.skill !== undefined) return writeSkill(options.skill, io);
	const { name, folder, template, step } = await wish(args[0], options, io);
	if (!/^[A-Za-z0-9][A-Za-z0-9 ._-]*$/.test(name)) {
		throw new AppError('USAGE', `Cannot name a prompt "${name}"`, {
			advice: 'Use letters, digits, blanks, dots, dashes',
		});
	}
	if (!TEMPLATES.some((known) => known === template)) {
		throw new AppError('USAGE', `Unknown template "${template}"`, { advice: `Use one of: ${TEMPLATES.join(', ')}` });
	}
	const path = join(folder, `${name.replaceAll(' ', '-')}.md`);
	const blank = await readFile(join(await findTemplates(), `${template}.md`), 'utf8');
	const filled = fill(blank, { name, date: new Date().toISOString().slice(0, 10) });
	const text = step === null ? filled : writeFirstStep(filled, step);
	await writeNew(path, text, { exists: 'Choose another name', refused: 'Name another folder with --folder <folder>' });
	io.out(path);
	io.err(`verify: wrote ${path}, run it with: verify ${quoteForShell(path)}`);
	return 0;
}

async function wish(given: string | undefined, options: Invocation['options'], io: Io): Promise<Wanted> {
	const folder = String(options.folder ?? 'prompts');
	if (given === undefined) return ask(folder, io);
	const [goal, command] = [options.goal, options.command].map((value) => (value === undefined ? null : String(value)));
	const isOwn = goal != null || command != null;
	return {
		name: given.replace(/\.md$/, ''),
		folder,
		template: String(options.template ?? (isOwn ? 'minimal' : 'self-improving')),
		step: isOwn ? { goal: goal ?? DEFAULT_GOAL, command: command ?? 'true' } : null,
	};
}

const DEFAULT_GOAL = 'It works';

async function ask(folder: string, io: Io): Promise<Wanted> {
	if (!canAsk(io)) {
		throw new AppError('USAGE', 'Cannot write a prompt without a name', {
			advice: 'Name it: verify new <name>; at a terminal you are asked',
		});
	}
	const asker = openAsker();
	try {
		const name = await asker.ask('Name of the prompt', '');
		const where = await asker.ask('Folder', folder);
		const goal = await asker.ask('What shall it verify', DEFAULT_GOAL);
		const command = await asker.ask('First command', 'true');
		return { name: name.replace(/\.md$/, ''), folder: where, template: 'minimal', step: { goal, command } };
	} catch (cause) {
		throw new AppError('USAGE', 'Cannot write a prompt: the questions were not answered', { cause });
	} finally {
		asker.close();
	}
}

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
	text.replace(/\{\{(name|date)\}\}/g, (_, key: string) => values[key] ?? '');
