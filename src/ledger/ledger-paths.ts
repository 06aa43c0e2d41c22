/** Where the files of a ledger are. */
export interface LedgerPaths {
	/** The folder `.ledger` beside the prompt. */
	readonly folder: string;
	/** File name of the prompt, without folders. */
	readonly prompt: string;
	readonly ledger: string;
	readonly heads: string;
	/** Tells git how to merge both. */
	readonly attributes: string;
	/** Tells git what is not for it. */
	readonly ignored: string;
	/** @returns The closed segment of a number, from 1, oldest first. */
	segment(number: number): string;
}

/**
 * Finds the places of a prompt's ledger.
 *
 * @param promptFile - Its real path, links followed: all names of a prompt share one ledger.
 */
export function resolveLedgerPaths(promptFile: string): LedgerPaths {
	const border = Math.max(promptFile.lastIndexOf('/'), promptFile.lastIndexOf('\\')) + 1;
	const prompt = promptFile.slice(border);
	const folder = `${promptFile.slice(0, border)}.ledger`;
	return {
		folder,
		prompt,
		ledger: `${folder}/${prompt}.jsonl`,
		heads: `${folder}/${prompt}.heads`,
		attributes: `${folder}/.gitattributes`,
		ignored: `${folder}/.gitignore`,
		segment: (number) => `${folder}/${prompt}.${number}.jsonl`,
	};
}

/** @returns The last part of a path of {@link LedgerPaths}. */
export const fileNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
