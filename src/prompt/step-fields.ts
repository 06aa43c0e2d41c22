import type { RootContent } from 'mdast';
import { type Fence, isShell, readFence } from './fence.ts';
import { type LabelledLine, type Piece, readLabelledLines } from './labelled-lines.ts';
import { readStepLabel, type StepLabel } from './labels.ts';
import { headingText, MAX_DEPTH } from './node-text.ts';
import type { SourceText } from './source-text.ts';

/** One value of a step: a piece of a line, or a whole fence. */
export type FieldPart = { readonly piece: Piece } | { readonly fence: Fence };

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
	readonly isOpenEnded: boolean;
	hasOwnValue: boolean;
}

/**
 * Gathers the fields of a step. A label owns the rest of its line and of its paragraph; inside a list item also what follows in the item;
 * elsewhere the next block if nothing stood on the line, and a fence right after it in any case.
 *
 * @param content - The step's blocks in document order.
 */
export function readStepFields(content: readonly RootContent[], source: SourceText): StepFields {
	const fields: OpenField[] = [];
	const looseFences: Fence[] = [];
	let open: OpenField | null = null;
	let hasProse = false;
	let isIgnoredHeading = false;

	const readLine = (line: LabelledLine, path: Path, isInItem: boolean): void => {
		const label = line.label === null ? null : readStepLabel(line.label, line.isMarked);
		if (label !== null) {
			const parts = toParts(line.value);
			open = {
				label,
				text: line.label ?? '',
				labelStart: line.labelStart,
				parts,
				path,
				isOpenEnded: isInItem,
				hasOwnValue: parts.length > 0,
			};
			fields.push(open);
		} else if (open !== null && owns(open, path, 'line')) {
			// The label of a plain line was cut off; its words belong to the value.
			const lead = line.label === null ? [] : [leadOf(line)];
			open.parts.push(...toParts([...lead, ...line.value]));
			if (path === open.path) open.hasOwnValue = true;
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
			open = { label, text, labelStart, parts: [], path, isOpenEnded: true, hasOwnValue: false };
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
			hasProse = true;
		}
	};
	visible(content).forEach((block, index) => {
		readBlock(block, [index], false);
	});
	return { fields, looseFences, hasProse };
}

/** Comments must not stand between a label and its block. */
const visible = <T extends RootContent>(nodes: readonly T[]): readonly T[] =>
	nodes.filter((node) => node.type !== 'html' && node.type !== 'blockquote');

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
	const container = field.path.slice(0, last);
	if (container.some((step, depth) => path[depth] !== step)) return false;
	const [own = 0, other = 0] = [field.path[last], path[last]];
	if (other === own) return path.length === field.path.length;
	if (field.isOpenEnded) return other > own;
	return other === own + 1 && (what === 'fence' || !field.hasOwnValue);
}

const leadOf = (line: LabelledLine): Piece => ({
	node: null,
	text: `${line.label ?? ''}: `,
	start: line.labelStart,
	end: line.value[0]?.start ?? line.valueEnd,
});

/** Lines are joined by a blank, so that words of two lines stay apart. */
const toParts = (pieces: readonly Piece[]): FieldPart[] =>
	pieces.map((piece, index) => ({
		piece: piece.node === null && index === pieces.length - 1 ? { ...piece, text: `${piece.text} ` } : piece,
	}));
