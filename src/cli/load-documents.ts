import { closestName } from '../core/closest-name.ts';
import { AppError, isAppError } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';
import { parsePrompt } from '../prompt/parse-prompt.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { decodePrompt } from '../run/decode-prompt.ts';
import { COMMANDS } from './commands.ts';

/** A prompt that was read. */
export interface PromptDocument {
	/** As the user gave it. */
	readonly file: string;
	readonly source: string;
	readonly prompt: Prompt;
}

/**
 * Reads and parses prompts. Patterns that the shell left alone (`prompts/*.md` in quotes) are expanded here.
 *
 * @param names - Paths or patterns; a file named twice is read once.
 * @returns The documents, and an error for each name that can't be read: all of them, not only the first.
 */
export async function loadDocuments(
	names: readonly string[],
	files: Pick<Files, 'read'>,
): Promise<{ readonly documents: readonly PromptDocument[]; readonly errors: readonly AppError[] }> {
	const documents: PromptDocument[] = [];
	const errors: AppError[] = [];
	for (const file of await expandNames(names)) {
		try {
			const source = decodePrompt(await files.read(file), file);
			documents.push({ file, source, prompt: parsePrompt(source) });
		} catch (error) {
			errors.push(toReadingError(error, file, names));
		}
	}
	return { documents, errors };
}

/** Paths as the user gave them, with patterns expanded; each once. */
export const expandNames = async (names: readonly string[]): Promise<readonly string[]> => [
	...new Set((await Promise.all(names.map(expand))).flat()),
];

/**
 * What to say of a name that can't be read.
 *
 * @throws What is no error of ours.
 */
export function toReadingError(error: unknown, file: string, names: readonly string[]): AppError {
	if (!isAppError(error)) throw error;
	return withCommandHint(error, file, names);
}

async function expand(name: string): Promise<readonly string[]> {
	if (!/[*?{[]/.test(name)) return [name];
	const { glob } = await import('tinyglobby');
	const found = (await glob(name, { dot: false, expandDirectories: false })).sort();
	// A name that matches nothing may still be the literal name of a file.
	return found.length > 0 ? found : [name];
}

/** `verify lnit x.md` reads `lnit` as a prompt: say what was probably meant. */
function withCommandHint(error: AppError, file: string, names: readonly string[]): AppError {
	if (error.code !== 'FILE_MISSING' || file !== names[0] || /[./]/.test(file)) return error;
	const closest = closestName(
		file,
		COMMANDS.map(({ name }) => name),
	);
	const advice = closest
		? `Did you mean verify ${closest}? See verify --help`
		: `${file} is neither a file nor a command; see verify --help`;
	return new AppError(error.code, error.message, { cause: error, advice });
}
