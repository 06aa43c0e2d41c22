import type { Code, List, Nodes, Paragraph, RootContent, Table } from 'mdast';
import { readFence } from './fence.ts';
import { readLabelledLines } from './labelled-lines.ts';
import { textOf } from './node-text.ts';
import { isUnder, type Outline, type Section } from './outline.ts';
import type { Dependency, EvolutionRow, ExecutionLog, Field } from './prompt.ts';
import type { SourceText } from './source-text.ts';
import { foldSpace } from './white-space.ts';

/** What a prompt tells of its past and of its neighbours. */
export interface History {
	readonly evolution: readonly EvolutionRow[];
	readonly executionLogs: readonly ExecutionLog[];
	readonly dependencies: readonly Dependency[];
	readonly integrationTest: Field<string> | null;
}

const EVOLUTION = /^evolution history\b/i;
const DEPENDENCIES = /^prompt dependencies\b/i;
const LOG_TITLE = /\bexecution log\b.*?\(\s*(?:step|task)\s+(\w+)\s*\)/i;

/** Reads evolution rows, pasted execution logs, dependencies and the integration test of a document, in one walk over its blocks. */
export function readHistory(outline: Outline, source: SourceText): History {
	const evolution: EvolutionRow[] = [];
	const executionLogs: ExecutionLog[] = [];
	const dependencies: Dependency[] = [];
	let integrationTest: Field<string> | null = null;
	let sectionIndex = -1;
	let isEvolution = false;
	outline.blocks.forEach((block, index) => {
		const isNewSection = outline.sections[sectionIndex + 1]?.index === index;
		if (isNewSection) sectionIndex += 1;
		const section = outline.sections[sectionIndex];
		if (isNewSection && section !== undefined) {
			isEvolution = EVOLUTION.test(section.title) || isUnder(section, EVOLUTION);
		}
		if (block.type === 'table') {
			if (section !== undefined && DEPENDENCIES.test(section.title))
				dependencies.push(...readDependencies(block, source));
			if (isEvolution || isMetricsTable(block, section)) evolution.push(...readRows(block, source));
		}
		if (block.type === 'list') {
			evolution.push(...(isEvolution ? readBullets(block, source) : readNestedRows(block, source)));
			integrationTest ??= findTestPath(block, source);
		}
		const log = block.type === 'paragraph' ? readLog(block, outline.blocks[index + 1], source) : null;
		if (log) executionLogs.push(log);
	});
	return { evolution, executionLogs, dependencies, integrationTest };
}

/** The evolution table of a metrics section, also where nobody indented it under its bullet. */
const isMetricsTable = (table: Table, section: Section | undefined): boolean =>
	section !== undefined && /\bmetrics\b/i.test(section.title) && headers(table)[0] === 'version';

const headers = (table: Table): readonly string[] =>
	(table.children[0]?.children ?? []).map((cell) => textOf(cell).toLowerCase());

function readRows(table: Table, source: SourceText): readonly EvolutionRow[] {
	const names = headers(table);
	const change = Math.max(
		1,
		names.findIndex((name) => /change|definition|description/.test(name)),
	);
	const result = names.findIndex((name) => /result|outcome|fix applied/.test(name));
	return table.children.slice(1).map((row) => {
		const cells = row.children.map((cell) => textOf(cell));
		return {
			version: cells[0] ?? '',
			change: cells[change] ?? '',
			result: result > 0 ? (cells[result] ?? null) : null,
			line: source.lineOf(source.startOf(row)),
		};
	});
}

/** `- v3: Fixed the path`, also with a range or a word as version. */
function readBullets(list: List, source: SourceText): readonly EvolutionRow[] {
	return list.children.flatMap((item) => {
		const [first, ...others] = item.children;
		if (first?.type !== 'paragraph') return [];
		const match = /^(v\d[\w.]*(?:\s?[-–]\s?v?\d[\w.]*)?|final|initial)\s?:\s+([^\n]*)/i.exec(textOf(first));
		const nested = others.flatMap((child) => (child.type === 'table' ? readRows(child, source) : []));
		if (match?.[1] === undefined) return nested;
		const row = { version: match[1], change: foldSpace(match[2] ?? ''), result: null };
		return [{ ...row, line: source.lineOf(source.startOf(item)) }, ...nested];
	});
}

function readNestedRows(list: List, source: SourceText): readonly EvolutionRow[] {
	const rows: EvolutionRow[] = [];
	for (const { children } of list.children) {
		const [first] = children;
		// Reading each item's words costs more than all else here, and few items hold more than words.
		if (children.length === 1 || first?.type !== 'paragraph' || !EVOLUTION.test(textOf(first))) continue;
		for (const child of children) {
			if (child.type === 'table') rows.push(...readRows(child, source));
			else if (child.type === 'list') rows.push(...readBullets(child, source));
		}
	}
	return rows;
}

function readDependencies(table: Table, source: SourceText): readonly Dependency[] {
	return table.children.slice(1).flatMap((row) => {
		const [prompt, version, nature] = row.children.map((cell) => textOf(cell));
		if (!prompt) return [];
		return [{ prompt, version: version || null, nature: nature || null, line: source.lineOf(source.startOf(row)) }];
	});
}

function readLog(title: Paragraph, next: RootContent | undefined, source: SourceText): ExecutionLog | null {
	if (next?.type !== 'code') return null;
	const step = LOG_TITLE.exec(textOf(title))?.[1];
	if (step === undefined) return null;
	const fence = readFence(next satisfies Code, source);
	return fence && { step, line: source.lineOf(source.startOf(title)), text: fence.text };
}

function findTestPath(list: List, source: SourceText): Field<string> | null {
	// Nearly no list holds one; to read the labels of all lists would cost more than all else here.
	if (!/script\s+path/i.test(source.text.slice(source.startOf(list), source.endOf(list)))) return null;
	for (const item of list.children) {
		const [first] = item.children;
		if (first?.type !== 'paragraph') continue;
		for (const line of readLabelledLines(first.children, source)) {
			const code: Nodes | null | undefined = line.value[0]?.node;
			if (!/^test script path$/i.test(line.label ?? '') || code?.type !== 'inlineCode') continue;
			if (/^\[.*\]$/s.test(code.value.trim())) return null;
			const start = source.startOf(code) + 1;
			const text = source.text.slice(start, Math.max(start, source.endOf(code) - 1));
			return { value: code.value, text, span: source.span(start, start + text.length) };
		}
	}
	return null;
}
