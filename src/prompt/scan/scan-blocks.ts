import type { RootContent } from 'mdast';
import { CODE, isLetter } from './codes.ts';
import { isFence, isHeading, isItem, isRule } from './line-kinds.ts';
import { position } from './nodes.ts';
import type { Region, ScannedBlock } from './region.ts';
import { contentStart, type Scan } from './scan-lines.ts';
import { scanList } from './scan-list.ts';
import { scanHeading, scanParagraph } from './scan-paragraph.ts';
import { scanComment, scanFence } from './scan-verbatim.ts';

/** Reads all blocks of a region; `null` when one of them is more than plain. */
export function scanBlocks(scan: Scan, from: number, region: Region): RootContent[] | null {
	const blocks: RootContent[] = [];
	for (let at = from; at < region.to; ) {
		if (scan.lines[at]?.isBlank !== false) {
			at += 1;
			continue;
		}
		const found = scanBlock(scan, at, region);
		if (found === null) return null;
		blocks.push(found.node);
		at = found.next;
	}
	return blocks;
}

/**
 * Reads the block that begins in a line which is not blank.
 *
 * @returns `null` when it is none of those that are sure: headings, paragraphs, closed fences and comments, rules, lists, tables.
 */
export function scanBlock(scan: Scan, at: number, region: Region): ScannedBlock | null {
	const line = scan.lines[at];
	// CommonMark 0.31 §4.4: four blanks make indented code.
	if (line === undefined || line.hasTab || line.indent - region.base > 3) return null;
	const { text } = scan;
	const start = contentStart(line);
	const first = text.charCodeAt(start);
	if (isLetter(first)) return scanParagraph(scan, at, region);
	switch (first) {
		case CODE.hash:
			return isHeading(text, start) ? scanHeading(scan, at, region) : scanParagraph(scan, at, region);
		case CODE.backtick:
		case CODE.tilde:
			return isFence(text, line) ? scanFence(scan, at, region) : scanParagraph(scan, at, region);
		case CODE.less:
			return scanComment(scan, at, region);
		case CODE.greater:
			return null;
		case CODE.asterisk:
		case CODE.dash:
		case CODE.underscore:
			if (isRule(text, line)) {
				return { node: { type: 'thematicBreak', position: position(start, line.end) }, next: at + 1 };
			}
	}
	if (isItem(text, line)) return scanList(scan, at, region);
	return scanParagraph(scan, at, region);
}
