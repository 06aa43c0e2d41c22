import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { findTemplates } from './find-templates.ts';
import type { Io } from './io.ts';
import { writeNew } from './write-new.ts';

/** Where Claude Code looks for the skills of a project. */
const DEFAULT_FOLDER = '.claude/skills/verify';

/**
 * Writes the skill that teaches an agent the loop of run, explain, fix and gate.
 *
 * @param asked - Folder of the skill; `true`: `.claude/skills/verify`.
 * @returns The exit code; a skill that is there already with the same text is left as it is.
 * @throws {AppError} `FILE_EXISTS`: there is another text.
 */
export async function writeSkill(asked: unknown, io: Io): Promise<number> {
	const folder = asked === true ? DEFAULT_FOLDER : String(asked);
	const path = join(folder, 'SKILL.md');
	const text = await readFile(join(await findTemplates(), 'skill', 'verify', 'SKILL.md'), 'utf8');
	const before = await readFile(path, 'utf8').catch(() => null);
	if (before !== null && before !== text) {
		throw new AppError('FILE_EXISTS', `Cannot write ${path}: the file exists, with another text`, {
			advice: 'Remove it to have the one of this version, or name another folder',
		});
	}
	if (before === null) {
		await writeNew(path, text, { exists: 'Run it again', refused: 'Name another folder: verify new --skill <folder>' });
	}
	io.out(path);
	io.err(
		`verify: ${before === null ? 'wrote' : 'left'} ${path}; with tools too: claude mcp add verify -- npx verify mcp`,
	);
	return 0;
}
