import { forEachChild, parse, type SyntaxNode } from 'unbash';

const SHELL = /^(?:.*\/)?(?:ba|da|z|k)?sh$/;
const LONGEST = 100_000;

/**
 * Finds the commands that a script starts, also inside lists, pipelines, substitutions and `sh -c '…'`.
 *
 * @returns The words of each, quotes taken off, in the order they stand; `null` for a script that can't be parsed.
 */
export function commandsIn(script: string): readonly (readonly string[])[] | null {
	if (script.length > LONGEST) return null;
	const found: (readonly string[])[] = [];
	let isBroken = false;
	const visit = (node: SyntaxNode): void => {
		if (node.type === 'Script' && 'errors' in node && (node.errors?.length ?? 0) > 0) isBroken = true;
		if (node.type === 'Command' && node.name !== undefined) {
			const words = [node.name.value, ...node.args.map((arg) => (arg.type === 'Word' ? arg.value : arg.text))];
			found.push(words, ...(inShell(words) ?? []));
		}
		forEachChild(node, visit);
	};
	try {
		visit(parse(script));
	} catch {
		return null;
	}
	return isBroken ? null : found;
}

function inShell(words: readonly string[]): readonly (readonly string[])[] | null {
	if (!SHELL.test(words[0] ?? '')) return null;
	const at = words.findIndex((word) => /^-[a-z]*c$/.test(word));
	return at === -1 ? null : commandsIn(words[at + 1] ?? '');
}
