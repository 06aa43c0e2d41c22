import type { Nodes, Root, RootContent } from 'mdast';
import { parseTree } from '../parse-tree.ts';
import { maskLoneCarriageReturns } from '../source-text.ts';
import { isHeading } from './line-kinds.ts';
import { endOf, hasDefinition, position, shiftTree, startOf } from './nodes.ts';
import type { ParseInlines, Region } from './region.ts';
import { scanBlock, scanBlocks } from './scan-blocks.ts';
import { contentStart, type Line, type Scan, scanLines } from './scan-lines.ts';

/**
 * Parses a document to the tree that `parseTree` gives, as far as prompts are read from it, at a fraction of its cost: what is plain is read
 * by a scanner of our own; a section that holds more goes to the full parser alone, and so does the whole document where that is not enough.
 *
 * @returns Nodes with offsets; lines and columns, spread of lists and alignment of tables are left out.
 * @see docs/adr/0008-reading-prompts.md
 */
export function scanTree(source: string): Root {
	const masked = maskLoneCarriageReturns(source);
	// As micromark: a byte order mark is not counted.
	const text = masked.startsWith('\uFEFF') ? masked.slice(1) : masked;
	const children = canScan(text) ? scanSections(text) : null;
	return children === null ? parseTree(source) : { type: 'root', children, position: position(0, text.length) };
}

// Without line feeds, carriage returns end lines; a null character is replaced by another.
const canScan = (text: string): boolean =>
	!text.includes('\0') && !text.startsWith('\uFEFF') && (text.includes('\n') || !text.includes('\r'));

/** `null`: only a parse of the whole says how the parts are meant. */
function scanSections(text: string): RootContent[] | null {
	const scan: Scan = { text, lines: scanLines(text) };
	const region: Region = { to: scan.lines.length, base: 0, scanBlocks, parseInlines: createInlineParser(text) };
	const blocks: RootContent[] = [];
	// Where the last heading stands, among lines and among blocks: parts that are parsed alone begin there.
	let section = { line: 0, block: 0 };
	let at = 0;
	const frontMatter = findFrontMatter(scan);
	if (frontMatter !== null) {
		const end = scan.lines[frontMatter]?.end;
		const [node, ...others] = end === undefined ? [] : parsePart(text, 0, end);
		if (node?.type !== 'yaml' || others.length > 0) return null;
		blocks.push(node);
		at = frontMatter + 1;
		section = { line: at, block: 1 };
	}
	while (at < region.to) {
		const line = scan.lines[at];
		if (line === undefined || line.isBlank) {
			at += 1;
			continue;
		}
		if (line.indent === 0 && isHeading(text, line.start)) section = { line: at, block: blocks.length };
		const found = scanBlock(scan, at, region);
		if (found !== null) {
			blocks.push(found.node);
			at = found.next;
			continue;
		}
		const parsed = parseSection(scan, section.line, at + 1);
		if (parsed === null) return null;
		blocks.splice(section.block, blocks.length, ...parsed.blocks);
		at = parsed.next;
		section = { line: at, block: blocks.length };
	}
	return blocks;
}

/** A closing line is searched for only behind an opening one: -1 leaves the document to the full parser. */
function findFrontMatter({ text, lines }: Scan): number | null {
	const isMark = (line: Line | undefined): boolean =>
		line !== undefined && /^---[ \t]*$/.test(text.slice(line.start, line.end));
	return isMark(lines[0]) ? lines.findIndex((line, index) => index > 0 && isMark(line)) : null;
}

/**
 * Parses from the line `from` to the first heading after it that is one for certain: it stands at the margin, and nothing before it is
 * still open that would swallow it.
 */
function parseSection(
	{ text, lines }: Scan,
	from: number,
	after: number,
): { blocks: RootContent[]; next: number } | null {
	const start = lines[from]?.start ?? 0;
	// At the beginning of a part this would be front matter.
	if (text.startsWith('---', start)) return null;
	for (let next = after, attempts = 0; attempts < 3; next += 1, attempts += 1) {
		while (next < lines.length && !isMarginHeading(text, lines[next])) next += 1;
		const end = lines[next]?.start ?? text.length;
		if (start === 0 && end === text.length) return null;
		const blocks = parsePart(text, start, end);
		if (blocks.some(hasDefinition)) return null;
		if (next >= lines.length || !isOpen(blocks.at(-1), text)) return { blocks, next };
	}
	return null;
}

const isMarginHeading = (text: string, line: Line | undefined): boolean =>
	line?.indent === 0 && isHeading(text, contentStart(line));

/** Whether a last block would go on below, were there no end. */
function isOpen(block: Nodes | undefined, text: string): boolean {
	if (block !== undefined && 'children' in block) return isOpen(block.children.at(-1), text);
	const raw = text.slice(startOf(block), endOf(block));
	if (block?.type === 'html') return !raw.startsWith('<!--') || raw.indexOf('-->', 4) === -1;
	const mark = block?.type === 'code' ? /^(?:`{3,}|~{3,})/.exec(raw)?.[0] : undefined;
	if (mark === undefined) return false;
	const last = /[\r\n] {0,3}(`{3,}|~{3,})[ \t]*$/.exec(raw)?.[1] ?? '';
	return !last.startsWith(mark);
}

function parsePart(text: string, start: number, end: number): RootContent[] {
	const { children } = parseTree(text.slice(start, end));
	for (const child of children) shiftTree(child, start);
	return children;
}

/** Inline content depends on nothing outside of it while no link is defined, and a definition is no paragraph. */
const createInlineParser =
	(text: string): ParseInlines =>
	(start, end, type) => {
		const [block, ...others] = parsePart(text, start, end);
		return block?.type === type && others.length === 0 ? block.children : null;
	};
