import type { Nodes } from 'mdast';

type Position = NonNullable<Nodes['position']>;

/**
 * Place of a node that the scanner made. Lines and columns are not counted: `SourceText` derives them from offsets where somebody asks.
 * One object where mdast has three, since there is one for each node.
 */
class Place implements Position {
	readonly from: number;
	readonly to: number;

	constructor(from: number, to: number) {
		this.from = from;
		this.to = to;
	}

	get start(): Position['start'] {
		return { line: 0, column: 0, offset: this.from };
	}

	get end(): Position['end'] {
		return { line: 0, column: 0, offset: this.to };
	}
}

/** Makes the place from one offset to another. */
export const position = (start: number, end: number): Position => new Place(start, end);

/** First offset of a node, whoever made it; 0 where it has no place. */
export function startOf(node: Nodes | undefined): number {
	const place = node?.position;
	return place instanceof Place ? place.from : (place?.start.offset ?? 0);
}

/** Offset after such a node. */
export function endOf(node: Nodes | undefined): number {
	const place = node?.position;
	return place instanceof Place ? place.to : (place?.end.offset ?? 0);
}

/** Moves a tree that was parsed from a part of a text to the place of that part. */
export function shiftTree(node: Nodes, by: number): void {
	if (node.position) node.position = position(startOf(node) + by, endOf(node) + by);
	if ('children' in node) for (const child of node.children) shiftTree(child, by);
}

/** Tells whether a link definition stands anywhere in a tree: it gives a meaning to brackets in the whole document. */
export function hasDefinition(node: Nodes): boolean {
	return node.type === 'definition' || ('children' in node && node.children.some(hasDefinition));
}
