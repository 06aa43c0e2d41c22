import type { RootContent } from 'mdast';
import { type Fence, isShell, readFence } from './fence.ts';
import { findInnerLabel } from './inner-label.ts';
import { readLabelledCells } from './labelled-cells.ts';
import { type LabelledLine, leadOf, type Piece, readLabelledLines } from './labelled-lines.ts';
import { readStepLabel, type StepLabel } from './labels.ts';
import { headingText, MAX_DEPTH } from './node-text.ts';
import type { SourceText } from './source-text.ts';

/** One value of a step: a piece of a line, or a whole fence. `isApart`: the first of a list item, a cell or a block. */
export type FieldPart = { readonly piece: Piece; readonly isApart?: true } | { readonly fence: Fence };

/** A label of a step with everything that stands under it. */
export interface StepField {
	readonly label: StepLabel;
	/** As written. */
	readonly text: string;
	readonly labelStart: number;
	readonly parts: readonly FieldPart[];
}

/** The content of a step, taken apart. */
export interface StepFields {
	readonly fields: readonly StepField[];
	/** Fences under no label, or under one that says nothing about them, in document order. */
	readonly looseFences: readonly Fence[];
	/** Text under no label; tells a step with prose from an empty one. */
	readonly hasProse: boolean;
}

/** Where a block stands: its index in each container from the outside in. */
type Path = readonly number[];

interface OpenField {
	readonly label: StepLabel;
	readonly text: string;
	readonly labelStart: number;
	readonly parts: FieldPart[];
	readonly path: Path;
	/** Owns all that follows beside it: it stands in a list item, or is a heading. */
	isOpenEnded: boolean;
	/** The field whose list this one stands in: what follows in the list is that one's again. */
	outer: OpenField | null;
	hasOwnValue: boolean;
	/** A colon ends that value. */
	isIntroducing: boolean;
	/** Of the last line taken. */
	lastPath: Path;
	/** How deep its list stands: each item there stands apart from the others, with what is nested in it. 0: words before the list rule it. */
	listDepth: number | null;
}

/**
 * Gathers the fields of a step. A label owns the rest of its line and of its paragraph; inside a list item also what follows in the item;
 * elsewhere the next block if nothing or a colon ended the line, and a fence right after it in any case.
 *
 * @param content - The step's blocks in document order.
 */
export function readStepFields(content: readonly RootContent[], source: SourceText): StepFields {
	const fields: OpenField[] = [];
	const looseFences: Fence[] = [];
	let open: OpenField | null = null;
	let hasProse = false;
	let isIgnoredHeading = false;

	const ownerOf = (path: Path): OpenField | null => {
		let owner = open;
		while (owner !== null && !owns(owner, path, 'line')) owner = owner.outer;
		return owner;
	};
	const readLine = (line: LabelledLine, path: Path, isInItem: boolean): void => {
		const owner = ownerOf(path);
		const label = line.label === null ? null : readStepLabel(line.label, line.isMarked);
		// In a list of what is expected, `Output: …` is no sample.
		if (label !== null && !(label.kind === 'ignored' && owner?.label.kind === 'expected')) {
			const inner = label.kind === 'command' && line.value.length > 1 ? findInnerLabel(line.value) : null;
			const outer = owner !== null && owner.path.length < path.length ? owner : null;
			open = labelledField(label, line.label ?? '', line.labelStart, path, inner?.before ?? line.value);
			open.isOpenEnded = isInItem;
			open.outer = outer;
			fields.push(open);
			if (inner !== null) {
				open = labelledField(inner.label, inner.text, inner.labelStart, path, inner.after);
				open.isOpenEnded = isInItem;
				open.outer = outer;
				fields.push(open);
			}
		} else if (owner !== null) {
			// The label of a plain line was cut off; its words belong to the value.
			const lead = line.label === null ? [] : [leadOf(line)];
			const parts = toParts(lead.length === 0 ? line.value : [...lead, ...line.value]);
			if (path !== owner.path) owner.listDepth ??= owner.hasOwnValue ? 0 : path.length;
			const isApart = owner.lastPath !== path && path.length <= (owner.listDepth ?? 0);
			owner.parts.push(...(isApart ? apart(parts) : parts));
			if (path === owner.path) {
				owner.hasOwnValue = true;
				owner.isIntroducing = introduces(parts);
			}
			owner.lastPath = path;
			open = owner;
		} else {
			hasProse = true;
			open = null;
		}
	};
	const readBlock = (block: RootContent, path: Path, isInItem: boolean): void => {
		if (block.type === 'paragraph') {
			for (const line of readLabelledLines(block.children, source)) readLine(line, path, isInItem);
		} else if (block.type === 'heading') {
			const text = headingText(block).replace(/\s*[:：]$/, '');
			const label = readStepLabel(text, true) ?? { kind: 'other' };
			isIgnoredHeading = label.kind === 'ignored' || label.kind === 'log';
			const labelStart = source.startOf(block);
			open = openField(label, text, labelStart, path);
			fields.push(open);
		} else if (block.type === 'code') {
			const fence = readFence(block, source);
			if (fence === null) return;
			const owner = open !== null && owns(open, path, 'fence') ? open : null;
			if (owner !== null && takesFence(owner, fence)) owner.parts.push({ fence });
			else if (!isIgnoredHeading) looseFences.push(fence);
		} else if (block.type === 'list' && path.length < MAX_DEPTH) {
			visible(block.children).forEach((item, index) => {
				visible(item.children).forEach((child, position) => {
					readBlock(child, [...path, index, position], true);
				});
			});
		} else if (block.type === 'table') {
			readLabelledCells(block, source).forEach((line, index) => {
				readLine(line, [...path, index], true);
			});
			open = null;
			hasProse = true;
		} else if (block.type === 'html') {
			// `<summary>Expected output</summary>` is the label of what can be unfolded.
			const text = SUMMARY.exec(block.value)?.[1];
			const label =
				text === undefined
					? null
					: readStepLabel(
							text
								.replace(/<[^>]*>/g, '')
								.trim()
								.replace(/\s*:$/, ''),
							false,
						);
			if (text !== undefined && label !== null) {
				const labelStart = source.startOf(block);
				open = openField(label, text, labelStart, path);
				fields.push(open);
			} else if (block.value.includes('</details>')) open = null;
		}
	};
	visible(content).forEach((block, index) => {
		readBlock(block, [index], false);
	});
	return { fields, looseFences, hasProse };
}

/** One shape, member by member: a spread at the front gives each object a hidden class of its own, and every label of a prompt is one. */
const openField = (label: StepLabel, text: string, labelStart: number, path: Path): OpenField => ({
	label,
	text,
	labelStart,
	parts: [],
	path,
	isOpenEnded: true,
	outer: null,
	hasOwnValue: false,
	isIntroducing: false,
	lastPath: path,
	listDepth: null,
});

/** A field with a value in its own line. */
function labelledField(
	label: StepLabel,
	text: string,
	labelStart: number,
	path: Path,
	value: readonly Piece[],
): OpenField {
	const field = openField(label, text, labelStart, path);
	const parts = toParts(value);
	field.parts.push(...parts);
	field.hasOwnValue = parts.length > 0;
	field.isIntroducing = introduces(parts);
	return field;
}

const apart = ([first, ...others]: readonly FieldPart[]): readonly FieldPart[] =>
	first !== undefined && 'piece' in first ? [{ isApart: true, ...first }, ...others] : [];

const SUMMARY = /<summary>\s*([^\n]{1,80}?)\s*<\/summary>/i;

/** Comments must not stand between a label and its block. */
const visible = <T extends RootContent>(nodes: readonly T[]): readonly T[] =>
	nodes.filter(
		(node) => (node.type !== 'html' || /<\/?(?:summary|details)\b/i.test(node.value)) && node.type !== 'blockquote',
	);

/**
 * After words that say what to expect, a shell block is the command that they speak of; after a command in backticks a block of no language
 * is what it prints, and nothing to run.
 */
function takesFence({ label, hasOwnValue, parts }: OpenField, { language }: Fence): boolean {
	if (label.kind === 'expected') return !(hasOwnValue && isShell(language));
	if (label.kind === 'command') return language !== null || !parts.some(isCode);
	return label.kind === 'log' || label.kind === 'ignored';
}

const isCode = (part: FieldPart): boolean => 'piece' in part && part.piece.node?.type === 'inlineCode';

function owns(field: OpenField, path: Path, what: 'line' | 'fence'): boolean {
	const last = field.path.length - 1;
	for (let depth = 0; depth < last; depth += 1) if (path[depth] !== field.path[depth]) return false;
	const [own = 0, other = 0] = [field.path[last], path[last]];
	if (other === own) return path.length === field.path.length;
	if (field.isOpenEnded) return other > own;
	return other === own + 1 && (what === 'fence' || !field.hasOwnValue || field.isIntroducing);
}

/** `Expected: all of these:` says that more follows. */
function introduces(parts: readonly FieldPart[]): boolean {
	const last = parts.at(-1);
	return last !== undefined && 'piece' in last && /[:：]\s*$/.test(last.piece.text);
}

/** Lines are joined by a blank, so that words of two lines stay apart. */
function toParts(pieces: readonly Piece[]): FieldPart[] {
	const parts: FieldPart[] = [];
	for (const piece of pieces) {
		const { node, text, start, end } = piece;
		const isLast = parts.length === pieces.length - 1;
		parts.push({ piece: node === null && isLast ? { node, text: `${text} `, start, end } : withoutMarks(piece) });
	}
	return parts;
}

/** Code in bold is code. */
function withoutMarks(piece: Piece): Piece {
	const { node } = piece;
	if (node?.type !== 'strong' && node?.type !== 'emphasis') return piece;
	const [only, ...others] = node.children;
	return only?.type === 'inlineCode' && others.length === 0 ? { ...piece, node: only } : piece;
}
