import type { RootContent } from 'mdast';
import type { Diagnostic, Span } from '../core/places.ts';
import { isCommandTable, mayExplainItself, mayHoldCommand } from './command-hints.ts';
import { isShell, readFence } from './fence.ts';
import { readLabelledLines } from './labelled-lines.ts';
import { readStepLabel } from './labels.ts';
import { createFinding } from './lint-rules.ts';
import type { SourceText } from './source-text.ts';
import { readStepFields, type StepField } from './step-fields.ts';

/** Finds commands under their labels, and tables of commands. @param blocks - Those that no step owns. */
export function findStray(blocks: readonly RootContent[], source: SourceText): readonly Diagnostic[] {
	const labelled = readStepFields(
		blocks.filter((block) => !isCommandTable(block)),
		source,
	).fields.filter(holdsCommand);
	return [
		...labelled.map(({ labelStart, text }) =>
			stray(`What stands under "${text}"`, source.span(labelStart, labelStart + text.length)),
		),
		...blocks
			.filter((block) => isCommandTable(block) && holdsCommands([block], source))
			.map((table) => stray('What stands in this table', source.spanOf(table))),
	];
}

const holdsCommands = (blocks: readonly RootContent[], source: SourceText): boolean =>
	readStepFields(blocks, source).fields.some(({ label, parts }) => label.kind === 'command' && parts.some(isCode));

/** Finds commands in quotations, which are no part of a step: what is quoted was said by somebody else. */
export function findQuoted(blocks: readonly RootContent[], source: SourceText): readonly Diagnostic[] {
	return blocks.flatMap((block) => {
		if (block.type !== 'blockquote' || !mayHoldCommand([block], source)) return [];
		return readStepFields(block.children, source)
			.fields.filter(holdsCommand)
			.map(({ labelStart, text }) =>
				createFinding('stray-command', source.span(labelStart, labelStart + text.length), {
					message: `What stands under "${text}" is a quotation, so it is never run`,
					advice: 'Take away the `>` before its lines',
				}),
			);
	});
}

/** Finds shell blocks right before words that say what they print; without a label of its own such a block need not be meant to run. */
export function findShown(blocks: readonly RootContent[], source: SourceText): readonly Diagnostic[] {
	return blocks.flatMap((block, index): readonly Diagnostic[] => {
		if (block.type === 'list') return block.children.flatMap(({ children }) => findShown(children, source));
		const next = blocks[index + 1];
		if (block.type !== 'code' || next?.type !== 'paragraph' || !mayExplainItself([next], source)) return [];
		const fence = readFence(block, source);
		if (fence === null || !isShell(fence.language)) return [];
		const [line] = readLabelledLines(next.children, source);
		const label = line === undefined || line.label === null ? null : readStepLabel(line.label, line.isMarked);
		return label?.kind === 'expected'
			? [
					stray(
						`The block before "${line?.label}"`,
						source.spanOf(block),
						'Write `Command:` above the block, or a heading `Step 1: name`',
					),
				]
			: [];
	});
}

const stray = (what: string, span: Span, advice = PUT_UNDER_STEPS): Diagnostic =>
	createFinding('stray-command', span, { message: `${what} belongs to no step, so it is never run`, advice });

const PUT_UNDER_STEPS = 'Put each command under a heading `Step 1: name`, with what it is expected to print';

/** Tells a label for commands that is followed by code. */
export const holdsCommand = ({ label, parts }: StepField): boolean =>
	label.kind === 'command' && parts[0] !== undefined && isCode(parts[0]);

const isCode = (part: StepField['parts'][number]): boolean =>
	'fence' in part
		? part.fence.language === null || isShell(part.fence.language)
		: part.piece.node?.type === 'inlineCode';
