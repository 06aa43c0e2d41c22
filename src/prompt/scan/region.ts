import type { PhrasingContent, RootContent } from 'mdast';
import type { Scan } from './scan-lines.ts';

/** A block, and the index of the line after it. */
export interface ScannedBlock {
	readonly node: RootContent;
	readonly next: number;
}

/** Where blocks are read: lines up to an index, and the columns that belong to containers. */
export interface Region {
	readonly to: number;
	readonly base: number;
	/** Reads the blocks of a region from a line on: what a list item holds. */
	readonly scanBlocks: (scan: Scan, from: number, region: Region) => RootContent[] | null;
	/** Reads inline content that is more than plain; `null` when that is not one paragraph. */
	readonly parseInlines: ParseInlines;
}

/** Reads what stands between two offsets: the whole of a heading or of a paragraph. */
export type ParseInlines = (start: number, end: number, type: 'heading' | 'paragraph') => PhrasingContent[] | null;
