import type { Nodes } from 'mdast';
import { isLetter } from './scan/codes.ts';
import { foldSpace } from './white-space.ts';

/**
 * Reads the words of a node: inline marks, raw HTML and comments removed.
 *
 * @returns Text with white space folded to single blanks, trimmed.
 */
export function textOf(node: Nodes): string {
	return foldSpace(rawTextOf(node));
}

/** Reads a heading's words without what decorates them: emoji, broken emoji, ticks, digits on keys (`1️⃣`). */
export function headingText(node: Nodes): string {
	const text = textOf(node);
	return isLetter(text.charCodeAt(0)) ? text : text.replace(/^(?:[^\p{L}\p{N}]|\d\uFE0F?\u20E3)+/u, '');
}

/** Nobody means what is nested deeper; without a limit a hostile document ends the stack. */
export const MAX_DEPTH = 100;

function rawTextOf(node: Nodes, depth = 0): string {
	switch (node.type) {
		case 'text':
		case 'inlineCode':
			return node.value;
		case 'break':
			return '\n';
		case 'image':
		case 'imageReference':
			return node.alt ?? '';
		case 'html':
		case 'yaml':
		case 'code':
			return '';
		default:
			return 'children' in node && depth < MAX_DEPTH ? rawTextOfAll(node.children, depth + 1) : '';
	}
}

function rawTextOfAll(nodes: readonly Nodes[], depth: number): string {
	let text = '';
	for (const node of nodes) text += rawTextOf(node, depth);
	return text;
}
