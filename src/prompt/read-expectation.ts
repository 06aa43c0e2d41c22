import type { ExpectationPart, ExpectationSource } from '../core/expectations.ts';
import type { Diagnostic, Span } from '../core/places.ts';
import { type Fence, inlineCodeSpan } from './fence.ts';
import { createFinding } from './lint-rules.ts';
import type { FieldPart } from './open-field.ts';
import type { Directives } from './prompt.ts';
import type { SourceText } from './source-text.ts';
import type { StepFields } from './step-fields.ts';
import { foldSpace } from './white-space.ts';

/** Blocks in these hold a program, never its output. */
const CODE: ReadonlySet<string> = new Set([
	'python',
	'py',
	'python3',
	'javascript',
	'js',
	'typescript',
	'ts',
	'ruby',
	'go',
	'rust',
	'java',
	'c',
	'cpp',
	'perl',
]);

/** What a step's expectation depends on besides its own field. */
export interface ExpectationContext {
	/** Stands in where the step has no field for what it expects. */
	readonly trailingProse: readonly FieldPart[];
	readonly own: Directives;
	/** From the front matter. */
	readonly common: Directives;
}

/** Reads what a step expects, as written, parts in document order. */
export function readExpectation(
	{ fields }: StepFields,
	{ trailingProse, own, common }: ExpectationContext,
	source: SourceText,
): ExpectationSource {
	const expected = fields.filter(({ label }) => label.kind === 'expected');
	const named = expected.map(({ label }) => (label.kind === 'expected' ? label.stream : null)).find(Boolean);
	const parts = expected.length > 0 ? expected.flatMap((field) => startApart(field.parts)) : trailingProse;
	const { match, exitCodes } = { ...common, ...own };
	return {
		parts: readParts(parts, source),
		stream: own.stream ?? named ?? common.stream ?? 'combined',
		...(match && { match }),
		...(exitCodes && { exitCodes }),
	};
}

/** Two labels begin two sentences. */
const startApart = ([first, ...others]: readonly FieldPart[]): readonly FieldPart[] => {
	if (first === undefined) return [];
	return ['piece' in first ? { isApart: true, ...first } : first, ...others];
};

function readParts(parts: readonly FieldPart[], source: SourceText): readonly ExpectationPart[] {
	const read: ExpectationPart[] = [];
	let prose: { text: string; start: number; end: number } | null = null;
	let isApart = false;
	const add = (part: ExpectationPart): void => {
		read.push(isApart && read.length > 0 ? { isApart: true, ...part } : part);
		isApart = false;
	};
	const flush = (): void => {
		const text = foldSpace(prose?.text ?? '');
		if (prose && text !== '') add({ kind: 'prose', text, span: source.span(prose.start, prose.end) });
		prose = null;
	};
	for (const part of parts) {
		if ('piece' in part && part.isApart) {
			flush();
			isApart = true;
		}
		if ('piece' in part && part.piece.node?.type !== 'inlineCode') {
			const { text, start, end } = part.piece;
			prose = prose === null ? { text, start, end } : { text: prose.text + text, start: prose.start, end };
			continue;
		}
		flush();
		if ('fence' in part) {
			isApart = false;
			if (!isCode(part.fence)) read.push(fencePart(part.fence));
		} else if (part.piece.node?.type === 'inlineCode') {
			add({ kind: 'code', text: part.piece.node.value, span: inlineCodeSpan(part.piece.node, source) });
		}
	}
	flush();
	return read;
}

const isCode = ({ language }: Fence): boolean => language !== null && CODE.has(language);

const fencePart = ({ language, text, contentSpan }: Fence): ExpectationPart => ({
	kind: 'fence',
	language,
	text,
	span: contentSpan,
});

/** Finds expectations that check less than they seem to. */
export function checkExpectation(
	{ fields }: StepFields,
	expectation: ExpectationSource,
	head: Span,
	source: SourceText,
): readonly Diagnostic[] {
	const problems: Diagnostic[] = [];
	for (const part of fields.flatMap(({ label, parts }) => (label.kind === 'expected' ? parts : []))) {
		if (!('fence' in part) || !isCode(part.fence)) continue;
		problems.push(
			createFinding('expectation-is-code', source.spanOf(part.fence.node), {
				message: `A ${part.fence.language} block is no output to compare with, it is left out`,
				advice: 'Make it a command of the step, and expect what it prints',
			}),
		);
	}
	if (expectation.parts.length === 0 && expectation.exitCodes === undefined && problems.length === 0) {
		problems.push(
			createFinding('no-expectation', head, {
				message: 'The step says nothing about its output: the exit code alone decides',
				advice: 'Add `**Expected Output:**` with text in backticks or a text block',
			}),
		);
	}
	return problems;
}
