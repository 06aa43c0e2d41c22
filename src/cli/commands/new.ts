import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../core/errors.ts';
import type { Invocation } from '../io.ts';

const TEMPLATES = ['self-improving', 'minimal'] as const;

/** `verify new`: writes a prompt from a template; never over a file that is there. */
export async function newPrompt({ args, options, io }: Invocation): Promise<number> {
	const name = (args[0] ?? '').replace(/\.md$/, '');
	if (!/^[A-Za-z0-9][A-Za-z0-9 ._-]*$/.test(name)) {
		throw new AppError('USAGE', `Cannot name a prompt "${name}"`, {
			advice: 'Use letters, digits, blanks, dots, dashes',
		});
	}
	const template = String(options.template ?? 'self-improving');
	if (!TEMPLATES.some((known) => known === template)) {
		throw new AppError('USAGE', `Unknown template "${template}"`, { advice: `Use one of: ${TEMPLATES.join(', ')}` });
	}
	const path = join(String(options.folder ?? 'prompts'), `${name.replaceAll(' ', '-')}.md`);
	const text = await readFile(join(await findTemplates(), `${template}.md`), 'utf8');
	await mkdir(dirname(path), { recursive: true });
	try {
		await writeFile(path, fill(text, { name, date: new Date().toISOString().slice(0, 10) }), { flag: 'wx' });
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
		throw new AppError('FILE_EXISTS', `Cannot write ${path}: the file exists`, {
			cause,
			advice: 'Choose another name',
		});
	}
	io.out(path);
	io.err(`verify: wrote ${path}, run it with: verify ${path}`);
	return 0;
}

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
	text.replace(/\{\{(name|date)\}\}/g, (_, key: string) => values[key] ?? '');

/** Templates ship beside the program: one folder up from the bundle, three from the sources. */
async function findTemplates(): Promise<string> {
	let folder = dirname(fileURLToPath(import.meta.url));
	for (let level = 0; level < 5; level += 1) {
		const candidate = join(folder, 'templates');
		const isThere = await access(join(candidate, 'minimal.md')).then(
			() => true,
			() => false,
		);
		if (isThere) return candidate;
		folder = dirname(folder);
	}
	throw new AppError('BROKEN_INVARIANT', 'The templates of this installation are missing');
}
