import { isAppError } from '../core/errors.ts';
import type { CountsResult, PromptResult } from '../core/events.ts';
import type { RunContext } from './context.ts';
import { encodePrompt } from './decode-prompt.ts';
import type { PlannedPrompt } from './plan-prompt.ts';

/**
 * Digests the file of a prompt, as it was verified and as the run leaves it with its counts, so that others can attest what the verdict is
 * about.
 *
 * @param write - What became of the counts.
 */
export async function digestPrompt(
	{ file, source, steps }: PlannedPrompt,
	write: CountsResult['write'],
	{ hashes, files }: Pick<RunContext, 'hashes' | 'files'>,
): Promise<Required<PromptResult>['digests']> {
	const verified = hashes.sha256(encodePrompt(source));
	const known = { verified, left: verified, steps: steps.map(({ content }) => hashes.sha256(content)) };
	if (write !== 'written') return known;
	try {
		return { ...known, left: hashes.sha256(await files.read(file)) };
	} catch (error) {
		if (!isAppError(error)) throw error;
		// It was taken away since: there is nothing that the run left.
		return known;
	}
}
