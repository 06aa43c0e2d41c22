/**
 * Splits a line into words as Python's `shlex.split` does: single quotes, double quotes and backslashes mean what they mean to a
 * POSIX shell, nothing else means anything.
 *
 * @throws {Error} A quotation is not closed.
 */
export function splitWords(line: string): string[] {
	const words: string[] = [];
	let word: string | null = null;
	for (let index = 0; index < line.length; index += 1) {
		const character = line.charAt(index);
		if (character === "'") {
			const end = line.indexOf("'", index + 1);
			if (end === -1) throw new Error('No closing quotation');
			word = (word ?? '') + line.slice(index + 1, end);
			index = end;
		} else if (character === '"') {
			word ??= '';
			for (index += 1; line[index] !== '"'; index += 1) {
				if (index >= line.length) throw new Error('No closing quotation');
				if (line[index] === '\\' && '"\\'.includes(line.charAt(index + 1))) index += 1;
				word += line.charAt(index);
			}
		} else if (character === '\\') {
			index += 1;
			word = (word ?? '') + line.charAt(index);
		} else if (/\s/.test(character)) {
			if (word !== null) words.push(word);
			word = null;
		} else word = (word ?? '') + character;
	}
	if (word !== null) words.push(word);
	return words;
}

/** Signals a group; nobody there is fine. */
export function killGroup(pgid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-pgid, signal);
	} catch {
		// Already gone.
	}
}
