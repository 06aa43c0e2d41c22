import { basename } from 'node:path';
import { hitLines } from '../hit-lines.ts';
import { createHitReader, isAgentHit } from '../hit-reader.ts';
import { type CompleteResult, completeResult, type PlacedResult } from './complete-result.ts';
import { AGENT_FORMATS } from './formats.ts';

/**
 * Finds the results whose output an agent kept in a file.
 *
 * @param path - Of the file with the output.
 * @returns Empty when no transcript beside it names the file.
 */
export async function resultsOfOutput(
	path: string,
): Promise<readonly { readonly placed: PlacedResult; readonly result: CompleteResult }[]> {
	const name = basename(path);
	const found: { placed: PlacedResult; result: CompleteResult }[] = [];
	for (const transcript of AGENT_FORMATS.flatMap((format) => format.transcriptsOfOutput(path))) {
		const file = { path: transcript, pathBytes: Buffer.from(transcript) };
		const read = createHitReader(file);
		try {
			for await (const hitLine of hitLines(file.pathBytes, Buffer.from(name))) {
				for (const hit of (await read(hitLine)).parts) {
					if (!isAgentHit(hit) || hit.record.isCopy || hit.shell?.file == null) continue;
					if (basename(hit.shell.file) !== name) continue;
					const placed = { file, line: hitLine.line, offset: hitLine.offset, hit };
					const result = await completeResult(placed);
					if (result !== null) found.push({ placed, result });
				}
			}
		} catch {
			// A session without a transcript of its own has none that could name the file.
		}
	}
	return found;
}
