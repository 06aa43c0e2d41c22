import { type Fence, isShell } from './fence.ts';
import type { Piece } from './labelled-lines.ts';
import type { StepLabel } from './labels.ts';

/** One value of a step: a piece of a line, or a whole fence. `isApart`: the first of a list item, a cell or a block. */
export type FieldPart = { readonly piece: Piece; readonly isApart?: true } | { readonly fence: Fence };

/** Where a block stands: its index in each container from the outside in. */
export type Path = readonly number[];

/** A label whose field may still grow. */
export interface OpenField {
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
 * Begins a field without a value. One shape, member by member: a spread at the front gives each object a hidden class of its own, and every
 * label of a prompt is one.
 */
export const openField = (label: StepLabel, text: string, labelStart: number, path: Path): OpenField => ({
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

/** Begins a field with a value in its own line. */
export function labelledField(
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

/** Adds words of a line to a field, which become its own value where they stand in the same block. */
export function addWords(field: OpenField, words: readonly Piece[], path: Path): void {
	const parts = toParts(words);
	const isOwn = path === field.path;
	if (!isOwn) field.listDepth ??= field.hasOwnValue ? 0 : path.length;
	const isApart = field.lastPath !== path && path.length <= (field.listDepth ?? 0);
	field.parts.push(...(isApart ? apart(parts) : parts));
	if (isOwn) {
		field.hasOwnValue = true;
		field.isIntroducing = introduces(parts);
	}
	field.lastPath = path;
}

const apart = ([first, ...others]: readonly FieldPart[]): readonly FieldPart[] =>
	first !== undefined && 'piece' in first ? [{ isApart: true, ...first }, ...others] : [];

/**
 * After words that say what to expect, a shell block is the command that they speak of; after a command in backticks a block of no language
 * is what it prints, and nothing to run.
 */
export function takesFence({ label, hasOwnValue, parts }: OpenField, { language }: Fence): boolean {
	if (label.kind === 'expected') return !(hasOwnValue && isShell(language));
	if (label.kind === 'command') return language !== null || !parts.some(isCode);
	return label.kind === 'log' || label.kind === 'ignored';
}

const isCode = (part: FieldPart): boolean => 'piece' in part && part.piece.node?.type === 'inlineCode';

/** Whether what stands at a path belongs to a field. */
export function owns(field: OpenField, path: Path, what: 'line' | 'fence'): boolean {
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
