import type { List, ListItem, Paragraph, RootContent } from 'mdast';
import { FOREIGN_STEP, FOREIGN_TASK } from './foreign-labels.ts';
import { readLabelledLines } from './labelled-lines.ts';
import { readStepLabel } from './labels.ts';
import { textOf } from './node-text.ts';
import { isUnder, type Outline, type Section } from './outline.ts';
import type { StepKind } from './prompt.ts';
import type { SourceText } from './source-text.ts';
import { foldSpace } from './white-space.ts';

/** A place where a step stands, its content not read yet. */
export interface StepPlace {
	readonly kind: StepKind;
	readonly label: string;
	readonly name: string;
	/** Where heading or list item begins and where its own line ends. */
	readonly start: number;
	readonly headEnd: number;
	/** Content in document order, without the heading. */
	readonly content: readonly RootContent[];
	/** True when other steps stand inside: then it is a step of its own only if it has commands of its own. */
	readonly isContainer: boolean;
	/** Equal for steps under the same heading. */
	readonly scope: number;
}

interface Lead {
	readonly kind: StepKind;
	readonly label: string;
	readonly name: string;
}

const STEP = new RegExp(
	`^(?:verification )?((?:(?:step|task) #?|${FOREIGN_STEP}|${FOREIGN_TASK})\\d+(?:\\.\\d+)*[a-z]?)(?:\\s*[:：.)–—-]+\\s*(.*))?$`,
	'i',
);
const TASK = new RegExp(`^(?:task|${FOREIGN_TASK})`, 'i');
const RECOVERY_TEST = /^((?:test|recovery) #?\d+(?:\.\d+)*[a-z]?)(?:\s*[:.)–—-]+\s*(.*))?$/i;
const TASK_ID = /^([A-Z]{1,4}-?\d{1,4})\s*[:.)–—-]+\s*(.*)$/;

/** Finds the steps of a document: headings and checkboxes, in document order. */
export function findSteps(outline: Outline, source: SourceText): readonly StepPlace[] {
	const leads = new Map(outline.sections.map((section) => [section.index, readHeading(section)]));
	const sectionAt = new Map(outline.sections.map((section) => [section.index, section]));
	const places: StepPlace[] = [];
	let heading = -1;
	for (let index = 0; index < outline.blocks.length; index += 1) {
		const lead = leads.get(index);
		const section = sectionAt.get(index);
		const block = outline.blocks[index];
		if (section) heading = index;
		if (lead && section) {
			const end = firstStepAfter(outline, leads, index + 1, section.end, source);
			const content = outline.blocks.slice(index + 1, end);
			const place = { start: source.startOf(section.heading), headEnd: source.endOf(section.heading) };
			places.push({ content, isContainer: end < section.end, scope: section.parent?.index ?? -1, ...lead, ...place });
		} else if (block?.type === 'list') {
			places.push(...readCheckboxes(outline, block, index, source).map((place) => ({ scope: heading, ...place })));
		}
	}
	return places;
}

function readHeading(section: Section): Lead | null {
	const step = readLead(STEP, section.title);
	if (step) return { kind: TASK.test(step.label) ? 'task' : 'step', ...step };
	const test = readLead(RECOVERY_TEST, section.title);
	return test && isUnder(section, /\brecovery\b/i) ? { kind: 'recovery-test', ...test } : null;
}

function readLead(pattern: RegExp, title: string): { label: string; name: string } | null {
	const match = pattern.exec(title);
	const label = match?.[1];
	if (label === undefined) return null;
	return { label, name: foldSpace(match?.[2] ?? '') || label };
}

/**
 * Takes the title of a step apart: `Step 2: Build` is called `Build`, `Step 2` alone by its number.
 *
 * @returns `null` when the title is none of a step.
 */
export const readStepTitle = (title: string): { readonly label: string; readonly name: string } | null =>
	readLead(STEP, title);

/** The content of a step ends where the next one begins, also when that one is a heading of a lower level or a checkbox. */
function firstStepAfter(
	outline: Outline,
	leads: ReadonlyMap<number, Lead | null>,
	from: number,
	end: number,
	source: SourceText,
): number {
	for (let index = from; index < end; index += 1) {
		const block = outline.blocks[index];
		if (leads.get(index)) return index;
		if (block?.type === 'list' && block.children.some((item) => readCheckbox(item, source))) return index;
	}
	return end;
}

/**
 * Reads `- [ ] **Step 2:** text` and `- [x] **T01 – Name**`. What follows the list without indent still belongs to its last item, up to
 * the next step, heading or rule.
 */
function readCheckboxes(
	outline: Outline,
	list: List,
	index: number,
	source: SourceText,
): readonly Omit<StepPlace, 'scope'>[] {
	const places: Omit<StepPlace, 'scope'>[] = [];
	list.children.forEach((item, position) => {
		const lead = readCheckbox(item, source);
		const [first, ...content] = item.children;
		if (lead === null || first?.type !== 'paragraph') return;
		const isLast = position === list.children.length - 1;
		const after = isLast ? blocksAfter(outline, index + 1, source) : [];
		const place = { start: source.startOf(item), headEnd: firstLineEnd(first, source) };
		places.push({ content: [first, ...content, ...after], isContainer: false, ...lead, ...place });
	});
	return places;
}

function blocksAfter(outline: Outline, from: number, source: SourceText): readonly RootContent[] {
	let end = from;
	for (; end < outline.blocks.length; end += 1) {
		const block = outline.blocks[end];
		if (block === undefined || block.type === 'heading' || block.type === 'thematicBreak') break;
		if (block.type === 'list' && block.children.some((item) => readCheckbox(item, source))) break;
	}
	return outline.blocks.slice(from, end);
}

function readCheckbox(item: ListItem, source: SourceText): Lead | null {
	const [first] = item.children;
	if (typeof item.checked !== 'boolean' || first?.type !== 'paragraph') return null;
	const strong = first.children.find((node) => node.type !== 'text' || node.value.trim() !== '');
	if (strong?.type !== 'strong') return null;
	const title = textOf(strong).replace(/\s*:$/, ':');
	const step = readLead(STEP, title);
	const rest = (): string => restOfFirstLine(first, source);
	if (step)
		return { kind: 'step', label: step.label, name: step.name === step.label ? rest() || step.name : step.name };
	const task = TASK_ID.exec(title);
	if (task?.[1] !== undefined)
		return { kind: 'task', label: task[1], name: foldSpace(task[2] ?? '') || rest() || task[1] };
	const hasCommand = item.children.some((child) => child.type === 'paragraph' && hasCommandLabel(child, source));
	if (!hasCommand) return null;
	const words = title.replace(/:$/, '') || 'Task';
	return { kind: 'task', label: words, name: words };
}

const hasCommandLabel = (paragraph: Paragraph, source: SourceText): boolean =>
	readLabelledLines(paragraph.children, source).some(
		({ label, isMarked }) => label !== null && readStepLabel(label, isMarked)?.kind === 'command',
	);

function restOfFirstLine(paragraph: Paragraph, source: SourceText): string {
	const [line] = readLabelledLines(paragraph.children, source);
	return line === undefined || line.label === null ? '' : foldSpace(line.value.map((piece) => piece.text).join(''));
}

function firstLineEnd(paragraph: Paragraph, source: SourceText): number {
	const [line] = readLabelledLines(paragraph.children, source);
	return line?.valueEnd ?? source.endOf(paragraph);
}
