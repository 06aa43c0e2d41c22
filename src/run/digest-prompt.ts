import { isAppError } from '../core/errors.ts';
import type { PromptResult } from '../core/events.ts';
import type { RunContext } from './context.ts';
import { encodePrompt } from './decode-prompt.ts';
import type { PlannedPrompt } from './plan-prompt.ts';

/**
 * Digests the file of a prompt, as it was verified and as the run leaves it with its counts, so that others can attest what the verdict is
 * about.
 *
 * @param written - Where the counts were written; `null`: nowhere.
 */
export async function digestPrompt(
	{ source, steps }: PlannedPrompt,
	written: string | null,
	{ hashes, files }: Pick<RunContext, 'hashes' | 'files'>,
): Promise<Required<PromptResult>['digests']> {
	const verified = hashes.sha256(encodePrompt(source));
	const known = { verified, left: verified, steps: steps.map(({ content }) => hashes.sha256(content)) };
	if (written === null) return known;
	try {
		return { ...known, left: hashes.sha256(await files.read(written)) };
	} catch (error) {
		if (!isAppError(error)) throw error;
		// It was taken away since: there is nothing that the run left.
		return known;
	}
}
