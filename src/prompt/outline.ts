import type { Heading, Root, RootContent } from 'mdast';
import { headingText } from './node-text.ts';

/** A heading of the document with what stands under it. Headings inside lists and quotations are no part of the outline. */
export interface Section {
	readonly heading: Heading;
	/** Words of the heading without decoration. */
	readonly title: string;
	readonly depth: number;
	/** Index of the heading among the document's blocks. */
	readonly index: number;
	/** Index after the last block before the next heading of any depth. */
	readonly directEnd: number;
	/** Index after the last block before the next heading of the same or a higher level. */
	readonly end: number;
	/** The nearest heading above of a higher level. */
	readonly parent: Section | null;
}

/** The document as a list of blocks and a tree of sections. */
export interface Outline {
	readonly blocks: readonly RootContent[];
	/** In document order. */
	readonly sections: readonly Section[];
}

/** Finds the sections of a document in one pass. */
export function readOutline(tree: Root): Outline {
	const blocks = tree.children;
	const sections: (Section & { end: number; directEnd: number })[] = [];
	const open: (Section & { end: number })[] = [];
	blocks.forEach((block, index) => {
		if (block.type !== 'heading') return;
		const previous = sections.at(-1);
		if (previous) previous.directEnd = index;
		while ((open.at(-1)?.depth ?? 0) >= block.depth) {
			const closed = open.pop();
			if (closed) closed.end = index;
		}
		const section = {
			heading: block,
			title: headingText(block),
			depth: block.depth,
			index,
			directEnd: blocks.length,
			end: blocks.length,
			parent: open.at(-1) ?? null,
		};
		sections.push(section);
		open.push(section);
	});
	return { blocks, sections };
}

/** The blocks between a section's heading and the next heading of any depth. */
export const directBlocks = (outline: Outline, section: Section): readonly RootContent[] =>
	outline.blocks.slice(section.index + 1, section.directEnd);

/** Tells whether a heading above the section has a title like `pattern`. */
export function isUnder(section: Section, pattern: RegExp): boolean {
	for (let above = section.parent; above !== null; above = above.parent) if (pattern.test(above.title)) return true;
	return false;
}
