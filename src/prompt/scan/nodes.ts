import type { Nodes } from 'mdast';

/** Place of a node. Lines and columns are not counted: `SourceText` derives them from offsets where somebody asks. */
export const position = (start: number, end: number): NonNullable<Nodes['position']> => ({
	start: { line: 0, column: 0, offset: start },
	end: { line: 0, column: 0, offset: end },
});

/** First offset of a node that {@link position} placed. */
export const startOf = (node: Nodes | undefined): number => node?.position?.start.offset ?? 0;

/** Offset after such a node. */
export const endOf = (node: Nodes | undefined): number => node?.position?.end.offset ?? 0;

/** Moves a tree that was parsed from a part of a text to the place of that part. */
export function shiftTree(node: Nodes, by: number): void {
	if (node.position) node.position = position(startOf(node) + by, endOf(node) + by);
	if ('children' in node) for (const child of node.children) shiftTree(child, by);
}

/** Tells whether a link definition stands anywhere in a tree: it gives a meaning to brackets in the whole document. */
export function hasDefinition(node: Nodes): boolean {
	return node.type === 'definition' || ('children' in node && node.children.some(hasDefinition));
}
