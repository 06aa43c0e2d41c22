import type { Code, Heading, Html, List, RootContent, Table } from 'mdast';
import { type Fence, readFence } from './fence.ts';
import { findInnerLabel } from './inner-label.ts';
import { readLabelledCells } from './labelled-cells.ts';
import { type LabelledLine, leadOf, readLabelledLines } from './labelled-lines.ts';
import { readStepLabel, type StepLabel } from './labels.ts';
import { headingText, MAX_DEPTH } from './node-text.ts';
import {
	addWords,
	type FieldPart,
	labelledField,
	type OpenField,
	openField,
	owns,
	type Path,
	takesFence,
} from './open-field.ts';
import type { SourceText } from './source-text.ts';

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

/**
 * Gathers the fields of a step. A label owns the rest of its line and of its paragraph; inside a list item also what follows in the item;
 * elsewhere the next block if nothing or a colon ended the line, and a fence right after it in any case.
 *
 * @param content - The step's blocks in document order.
 */
export function readStepFields(content: readonly RootContent[], source: SourceText): StepFields {
	const reader = new FieldReader(source);
	visible(content).forEach((block, index) => {
		reader.readBlock(block, [index], false);
	});
	const { fields, looseFences, hasProse } = reader;
	return { fields, looseFences, hasProse };
}

class FieldReader {
	readonly fields: OpenField[] = [];
	readonly looseFences: Fence[] = [];
	hasProse = false;
	readonly #source: SourceText;
	/** Gets what comes, as long as that belongs to it. */
	#open: OpenField | null = null;
	#isIgnoredHeading = false;

	constructor(source: SourceText) {
		this.#source = source;
	}

	readBlock(block: RootContent, path: Path, isInItem: boolean): void {
		if (block.type === 'paragraph') {
			for (const line of readLabelledLines(block.children, this.#source)) this.#readLine(line, path, isInItem);
		} else if (block.type === 'heading') this.#readHeading(block, path);
		else if (block.type === 'code') this.#readCode(block, path);
		else if (block.type === 'list') this.#readList(block, path);
		else if (block.type === 'table') this.#readTable(block, path);
		else if (block.type === 'html') this.#readSummary(block, path);
	}

	#readLine(line: LabelledLine, path: Path, isInItem: boolean): void {
		const owner = this.#ownerOf(path);
		const label = line.label === null ? null : readStepLabel(line.label, line.isMarked);
		// In a list of what is expected, `Output: …` is no sample.
		if (label !== null && !(label.kind === 'ignored' && owner?.label.kind === 'expected')) {
			this.#readLabelled(line, label, { path, isInItem, owner });
		} else if (owner !== null) {
			// The label of a plain line was cut off; its words belong to the value.
			addWords(owner, line.label === null ? line.value : [leadOf(line), ...line.value], path);
			this.#open = owner;
		} else {
			this.hasProse = true;
			this.#open = null;
		}
	}

	#readLabelled(
		{ label: text, labelStart, value }: LabelledLine,
		label: StepLabel,
		{ path, isInItem, owner }: { readonly path: Path; readonly isInItem: boolean; readonly owner: OpenField | null },
	): void {
		const inner = label.kind === 'command' && value.length > 1 ? findInnerLabel(value) : null;
		const outer = owner !== null && owner.path.length < path.length ? owner : null;
		const begin = (field: OpenField): void => {
			field.isOpenEnded = isInItem;
			field.outer = outer;
			this.#begin(field);
		};
		begin(labelledField(label, text ?? '', labelStart, path, inner?.before ?? value));
		if (inner !== null) begin(labelledField(inner.label, inner.text, inner.labelStart, path, inner.after));
	}

	#readHeading(block: Heading, path: Path): void {
		const text = headingText(block).replace(/\s*[:：]$/, '');
		const label = readStepLabel(text, true) ?? { kind: 'other' };
		this.#isIgnoredHeading = label.kind === 'ignored' || label.kind === 'log';
		this.#begin(openField(label, text, this.#source.startOf(block), path));
	}

	#readCode(block: Code, path: Path): void {
		const fence = readFence(block, this.#source);
		if (fence === null) return;
		const owner = this.#open !== null && owns(this.#open, path, 'fence') ? this.#open : null;
		if (owner !== null && takesFence(owner, fence)) owner.parts.push({ fence });
		else if (!this.#isIgnoredHeading) this.looseFences.push(fence);
	}

	#readList(block: List, path: Path): void {
		if (path.length >= MAX_DEPTH) return;
		visible(block.children).forEach((item, index) => {
			visible(item.children).forEach((child, position) => {
				this.readBlock(child, [...path, index, position], true);
			});
		});
	}

	#readTable(block: Table, path: Path): void {
		readLabelledCells(block, this.#source).forEach((line, index) => {
			this.#readLine(line, [...path, index], true);
		});
		this.#open = null;
		this.hasProse = true;
	}

	/** `<summary>Expected output</summary>` is the label of what can be unfolded. */
	#readSummary(block: Html, path: Path): void {
		const text = SUMMARY.exec(block.value)?.[1] ?? null;
		const label = text === null ? null : readStepLabel(withoutTags(text), false);
		if (text !== null && label !== null) this.#begin(openField(label, text, this.#source.startOf(block), path));
		else if (block.value.includes('</details>')) this.#open = null;
	}

	#begin(field: OpenField): void {
		this.#open = field;
		this.fields.push(field);
	}

	#ownerOf(path: Path): OpenField | null {
		let owner = this.#open;
		while (owner !== null && !owns(owner, path, 'line')) owner = owner.outer;
		return owner;
	}
}

const SUMMARY = /<summary>\s*([^\n]{1,80}?)\s*<\/summary>/i;

const withoutTags = (html: string): string =>
	html
		.replace(/<[^>]*>/g, '')
		.trim()
		.replace(/\s*:$/, '');

/** Comments must not stand between a label and its block. */
const visible = <T extends RootContent>(nodes: readonly T[]): readonly T[] =>
	nodes.filter(
		(node) => (node.type !== 'html' || /<\/?(?:summary|details)\b/i.test(node.value)) && node.type !== 'blockquote',
	);
