import type { List, ListItem, Paragraph, RootContent, Table, TableRow } from 'mdast';
import type { Diagnostic } from '../core/places.ts';
import { isCommandTable, mayExplainItself, mayHoldCommand } from './command-hints.ts';
import { isShell } from './fence.ts';
import { readStepTitle, type StepPlace } from './find-steps.ts';
import { findQuoted, findShown, findStray, holdsCommand } from './find-stray.ts';
import { readLabelledLines } from './labelled-lines.ts';
import { isCommandLabel, isSampleLabel, readStepLabel } from './labels.ts';
import { textOf } from './node-text.ts';
import { directBlocks, type Outline, type Section } from './outline.ts';
import type { SourceText } from './source-text.ts';
import { readStepFields, type StepFields } from './step-fields.ts';
import { foldSpace } from './white-space.ts';

/** What stands outside of the steps that say so. */
export interface LooseSteps {
	readonly places: readonly StepPlace[];
	/** Commands under their labels that belong to no step, so that nobody believes they run. */
	readonly problems: readonly Diagnostic[];
}

/**
 * Finds steps that are known by what they hold: a line in bold, or a heading without punctuation, that says `Step N` and has a command; a
 * heading or list item of any name with both a command and an expectation under their labels.
 *
 * @param known - The steps that say so, in document order; nothing inside of them is looked at.
 */
export function findLooseSteps(outline: Outline, known: readonly StepPlace[], source: SourceText): LooseSteps {
	const places: StepPlace[] = [];
	const problems: Diagnostic[] = [];
	const isFree = freeOf(known, source);
	const readSection = (section: Section): void => {
		const isOwnStep = !isFree(section.heading);
		const all = directBlocks(outline, section);
		const quoted = findQuoted(all, source);
		if (quoted.length > 0 && !isShowcase(section)) problems.push(...quoted);
		const last = all.at(-1);
		// Nearly all sections are known steps to their end. Of a list some items may be left.
		if (isOwnStep && (last === undefined || (last.type !== 'list' && !isFree(last)))) return;
		const blocks = without(all, isFree);
		if (isOwnStep && blocks.length === 0) return;
		const isLoose = !isOwnStep && LOOSE_TITLE.test(section.title);
		// `## Verification` with a block below it is both the heading and the label.
		const content = !isOwnStep && isCommandLabel(section.title) ? [section.heading, ...blocks] : blocks;
		const mayHold = mayHoldCommand(content, source);
		if (!isLoose && !mayHold) {
			const shown = findShown(blocks, source);
			if (shown.length > 0 && !isShowcase(section)) problems.push(...shown);
			return;
		}
		if (isShowcase(section)) return;
		const place = isOwnStep ? null : readHeading(section, { blocks, content, mayHold }, source);
		if (place !== null) places.push(place);
		else if (mayHold) readBlocks(content, section);
	};
	const readBlocks = (blocks: readonly RootContent[], section: Section | null): void => {
		const scope = section?.index ?? -1;
		const rows =
			section !== null && blocks.some(isCommandTable) && isVerifying(section) ? readRows(blocks, scope, source) : [];
		const found = [...readParts(blocks, scope, source), ...rows].sort((a, b) => a.start - b.start);
		places.push(...found);
		const rest = without(blocks, freeOf(found, source));
		const labelled = findStray(rest, source);
		problems.push(...labelled, ...(labelled.length === 0 ? findShown(rest, source) : []));
	};
	const preface = without(outline.blocks.slice(0, outline.sections[0]?.index ?? outline.blocks.length), isFree);
	problems.push(...findQuoted(preface, source));
	if (mayHoldCommand(preface, source)) readBlocks(preface, null);
	for (const section of outline.sections) readSection(section);
	return { places, problems };
}

const endOfPlace = ({ content, headEnd }: StepPlace, source: SourceText): number => {
	const last = content.at(-1);
	return Math.max(headEnd, last === undefined ? 0 : source.endOf(last));
};

/** Tells the blocks that no part of a step stands in; asked in the order of the document it need not search. */
function freeOf(places: readonly StepPlace[], source: SourceText): (block: RootContent) => boolean {
	const stretches = places.map((place) => ({ start: place.start, end: endOfPlace(place, source) }));
	let at = 0;
	return (block) => {
		const [start, end] = [source.startOf(block), source.endOf(block)];
		while ((stretches[at - 1]?.end ?? 0) > start) at -= 1;
		while ((stretches[at]?.end ?? Number.POSITIVE_INFINITY) <= start) at += 1;
		const next = stretches[at];
		return next === undefined || next.start >= end;
	};
}

/** The blocks that are free; of a list the items that are, of a table the rows. */
const without = (blocks: readonly RootContent[], isFree: (block: RootContent) => boolean): readonly RootContent[] =>
	blocks.flatMap((block): readonly RootContent[] => {
		if (isFree(block)) return [block];
		if (block.type === 'table') {
			const rows = block.children.slice(1).filter(isFree);
			return rows.length === 0 ? [] : [tableOf(block, rows)];
		}
		const items = block.type === 'list' ? block.children.filter(isFree) : [];
		return block.type === 'list' && items.length > 0 ? [{ ...block, children: items }] : [];
	});

/** Some rows of a table under its head; it stands where they do. */
function tableOf(table: Table, rows: readonly TableRow[]): Table {
	const { position } = rows[0] ?? table;
	return { ...table, children: [...table.children.slice(0, 1), ...rows], ...(position && { position }) };
}

/** Elsewhere a table of commands may be one of what was done, of what can be done, of how to take it all down. */
function isVerifying(section: Section): boolean {
	for (let at: Section | null = section; at !== null; at = at.parent) if (VERIFYING.test(at.title)) return true;
	return false;
}

const VERIFYING = /\b(?:verif|validat|check|tests?\b|testing|smoke|acceptance|prüf|vérif|comprob)/i;

/** Under these headings commands are shown, not asked for. */
function isShowcase(section: Section): boolean {
	for (let at: Section | null = section; at !== null; at = at.parent) if (isSampleLabel(at.title)) return true;
	return false;
}

/** `### Step 3 Build it` is a step if it has a command; any other heading, if it has command and expectation. */
function readHeading(
	section: Section,
	{ blocks, content, mayHold }: { blocks: readonly RootContent[]; content: readonly RootContent[]; mayHold: boolean },
	source: SourceText,
): StepPlace | null {
	const { heading } = section;
	const place = {
		kind: 'step',
		start: source.startOf(heading),
		headEnd: source.endOf(heading),
		isContainer: true,
		scope: section.index,
	} as const;
	const [, label, name] = LOOSE_TITLE.exec(section.title) ?? [];
	if (label !== undefined && hasCommand(readStepFields(blocks, source)))
		return { label, name: name || label, content: blocks, ...place };
	if (!mayHold || !mayExplainItself(content, source)) return null;
	if (readParts(blocks, section.index, source).length > 0) return null;
	// A table of commands is one of steps, not one step.
	if (blocks.some(isCommandTable) || !isSelfExplaining(readStepFields(content, source))) return null;
	const title = section.title || 'Step';
	return { label: title, name: title, content, ...place };
}

/** Also ranges and number words; letters and Roman numerals only before punctuation, since they are words as well. */
const LOOSE_TITLE =
	/^(steps? (?:\d+(?:\s?[-–/&]\s?\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|(?:[a-z]|[ivx]{1,4})(?=\s?[:.)–—-])))(?:\s*[:.)–—-]+\s*|\s+|$)(.*)$/i;

function readParts(blocks: readonly RootContent[], scope: number, source: SourceText): readonly StepPlace[] {
	const leads = blocks.map((block) => (block.type === 'paragraph' ? readBoldLead(block, source) : null));
	return blocks.flatMap((block, index) => {
		const lead = leads[index];
		if (lead && block.type === 'paragraph') {
			const next = blocks.findIndex((other, at) => at > index && (leads[at] || other.type === 'thematicBreak'));
			const content = blocks.slice(index, next === -1 ? blocks.length : next);
			return hasCommand(readStepFields(content, source)) ? [placeOf(block, content, lead, scope, source)] : [];
		}
		const isOwned = leads.slice(0, index).some(Boolean);
		return block.type === 'list' && !isOwned ? readItems(block, scope, source) : [];
	});
}

function readItems(list: List, scope: number, source: SourceText): readonly StepPlace[] {
	const items = list.children.filter(
		({ children }) => mayExplainItself(children, source) && isSelfExplaining(readStepFields(children, source)),
	);
	return items.flatMap((item) => {
		const lead = readItemLead(item, items.length > 1, source);
		return lead === null ? [] : [placeOf(item, item.children, lead, scope, source)];
	});
}

/** Each row with a command and an expectation is a step, called by its first other cell. */
function readRows(blocks: readonly RootContent[], scope: number, source: SourceText): readonly StepPlace[] {
	return blocks.flatMap((block) => {
		if (block.type !== 'table' || !isCommandTable(block)) return [];
		const [head, ...rows] = block.children;
		const titles = head?.children.map((cell) => readStepLabel(textOf(cell), false) === null) ?? [];
		return rows.flatMap((row) => {
			const content = [tableOf(block, [row])];
			if (!isSelfExplaining(readStepFields(content, source))) return [];
			const cells = row.children.filter((cell, index) => titles[index] && /\p{L}/u.test(textOf(cell)));
			const title = cells[0] ?? row.children.find(({ children }) => children.some(({ type }) => type === 'inlineCode'));
			const name = (title && textOf(title)) || 'Step';
			return [placeOf(row, content, { label: name, name, headEnd: source.startOf(row) }, scope, source)];
		});
	});
}

interface Lead {
	readonly label: string;
	readonly name: string;
	readonly headEnd: number;
}

const placeOf = (
	block: RootContent,
	content: readonly RootContent[],
	{ label, name, headEnd }: Lead,
	scope: number,
	source: SourceText,
): StepPlace => ({
	kind: 'step',
	label,
	name,
	start: source.startOf(block),
	headEnd,
	content,
	isContainer: true,
	scope,
});

/** A first line that begins with `Step N` in bold. */
function readBoldLead(paragraph: Paragraph, source: SourceText): Lead | null {
	if (paragraph.children.find((node) => node.type !== 'text' || node.value.trim() !== '')?.type !== 'strong')
		return null;
	const [line] = readLabelledLines(paragraph.children, source);
	const title = line?.isMarked === true && line.label !== null ? readStepTitle(line.label) : null;
	if (line === undefined || title === null) return null;
	const rest = foldSpace(line.value.map(({ text }) => text).join(''));
	return {
		label: title.label,
		name: title.name === title.label ? rest || title.name : title.name,
		headEnd: line.valueEnd,
	};
}

/**
 * The first line of an item, unless it is one of the labels of a step. Of several items that begin with their commands each is a step called
 * by it; one alone is what its heading is about.
 */
function readItemLead(item: ListItem, isOneOfMany: boolean, source: SourceText): Lead | null {
	const [first] = item.children;
	if (first?.type !== 'paragraph') return null;
	const bold = readBoldLead(first, source);
	if (bold !== null) return bold;
	const [line] = readLabelledLines(first.children, source);
	if (line === undefined) return null;
	const kind = line.label === null ? 'other' : (readStepLabel(line.label, line.isMarked)?.kind ?? 'other');
	const command = kind === 'command' && isOneOfMany ? line.value.find(({ node }) => node?.type === 'inlineCode') : null;
	if (command) return { label: command.text, name: command.text, headEnd: line.valueEnd };
	if (kind !== 'other') return null;
	const title = foldSpace(`${line.label ?? ''} ${line.value.map(({ text }) => text).join('')}`);
	const { label, name } = readStepTitle(title) ?? { label: title, name: title };
	return title === '' ? null : { label, name, headEnd: line.valueEnd };
}

/** Both labels together say what is meant, whatever the heading is. */
const isSelfExplaining = ({ fields }: StepFields): boolean =>
	fields.some(holdsCommand) && fields.some(({ label }) => label.kind === 'expected');

const hasCommand = ({ fields, looseFences }: StepFields): boolean =>
	fields.some(holdsCommand) || looseFences.some(({ language }) => isShell(language));
