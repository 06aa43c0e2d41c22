import type { Blockquote, Html, List, ListItem, Root, RootContent } from 'mdast';
import type { Diagnostic } from '../core/places.ts';
import { isUnterminated, readFence, unterminatedFence } from './fence.ts';
import { findLooseSteps } from './find-loose-steps.ts';
import { findSteps } from './find-steps.ts';
import { createFinding } from './lint-rules.ts';
import { MAX_DEPTH, textOf } from './node-text.ts';
import { directBlocks, type Outline, readOutline } from './outline.ts';
import type { ImplementationBlock, Metrics, Prompt, Step } from './prompt.ts';
import { readFrontMatter } from './read-front-matter.ts';
import { readHistory } from './read-history.ts';
import { findUnreadMetrics, readMetrics } from './read-metrics.ts';
import { findDuplicateNames, readStep } from './read-step.ts';
import { createSourceText, type SourceText } from './source-text.ts';

/**
 * Understands a document from its tree. Never throws, whatever the document holds.
 *
 * @param tree - mdast with positions, GFM tables, task lists and YAML front matter.
 * @param text - Exactly what the tree was made from.
 */
export function readPrompt(tree: Root, text: string): Prompt {
	const source = createSourceText(text);
	const outline = readOutline(tree);
	const history = readHistory(outline, source);
	const { metrics, problems: metricsProblems } = readMetrics(outline, source, history.evolution.length);
	const frontMatter = readFrontMatter(tree, source);
	const implementation = readImplementation(outline, source);
	const found = frontMatter.steps.map((step) => ({ step, scope: -2 }));
	const known = findSteps(outline, source);
	const loose = findLooseSteps(outline, known, source);
	const places = loose.places.length === 0 ? known : [...known, ...loose.places].sort((a, b) => a.start - b.start);
	for (const place of places) {
		const step = readStep(place, { number: found.length + 1, common: frontMatter.settings.directives }, source);
		if (step !== null) found.push({ step, scope: place.scope });
	}
	const title = tree.children.find((block) => block.type === 'heading' && block.depth === 1);
	return {
		title: (title && textOf(title)) || null,
		metrics,
		settings: frontMatter.settings,
		steps: found.map(({ step }) => withImplementationProblem(step, implementation.length)),
		implementation,
		...history,
		problems: [
			...frontMatter.problems,
			...metricsProblems,
			...findUnterminated(tree, source),
			...findDuplicateNames(found),
			...loose.problems,
			...(metrics === null && found.length > 0 ? findUnreadMetrics(outline, source) : []),
			...(metrics !== null && found.length === 0 ? [noSteps(metrics)] : []),
		].sort((a, b) => a.span.start.offset - b.span.start.offset),
	};
}

const noSteps = ({ span: { start } }: Metrics): Diagnostic =>
	createFinding(
		'no-steps',
		{ start, end: start },
		{
			message: 'The prompt has counts, and no step that could change them',
			advice: 'Add a heading `Step 1: name` with a command below it, and what it is expected to print',
		},
	);

const IMPLEMENTATION = /^(?:implementation(?: code)?(?: blocks?)?|assessment code blocks?)(?: \d+)?\s*(?:[:(–—-].*)?$/i;

/** Blocks right under an implementation heading; those of other headings below it are usage and patterns. */
function readImplementation(outline: Outline, source: SourceText): readonly ImplementationBlock[] {
	return outline.sections
		.filter(({ title }) => IMPLEMENTATION.test(title))
		.flatMap((section) => directBlocks(outline, section))
		.flatMap((block) => {
			const fence = block.type === 'code' ? readFence(block, source) : null;
			if (fence === null) return [];
			const { language, text, contentSpan: span } = fence;
			return [{ language, line: source.lineOf(source.startOf(fence.node)), text, span }];
		});
}

function withImplementationProblem(step: Step, blocks: number): Step {
	const used = step.commands.flatMap(({ text, span }) =>
		// Most commands use none, and the pattern is slow to find that out.
		!text.includes('{{')
			? []
			: [...text.matchAll(/\{\{\s*implementation(?:_(\d+))?\s*\}\}/g)].map((match) => ({ match, span })),
	);
	const missing = used.find(({ match }) => Number(match[1] ?? 1) > blocks);
	if (missing === undefined) return step;
	const problem = createFinding('missing-implementation', missing.span, {
		message: `The command uses ${missing.match[0]}, but the prompt has ${blocks === 0 ? 'no implementation block' : `only ${blocks}`}`,
		advice: 'Put the code in a block under a heading `Implementation Code Block`',
	});
	return { ...step, problems: [...step.problems, problem] };
}

/** What is not closed swallows all that follows. */
function findUnterminated(tree: Root, source: SourceText): readonly Diagnostic[] {
	const problems: Diagnostic[] = [];
	const walk = (node: Root | RootContent, depth: number): void => {
		if (node.type === 'code') {
			const fence = isUnterminated(node, source) ? readFence(node, source) : null;
			if (fence !== null) problems.push(unterminatedFence(fence, source));
		} else if (node.type === 'html') {
			if (isOpenComment(node)) {
				problems.push(
					createFinding('unterminated-comment', source.spanOf(node), {
						message: 'The comment is never closed, so nothing after it is read',
						advice: 'Close it with `-->`',
					}),
				);
			}
		} else if (isBlockContainer(node) && depth < MAX_DEPTH) {
			for (const child of node.children) walk(child, depth + 1);
		}
	};
	walk(tree, 0);
	return problems;
}

const isBlockContainer = (node: Root | RootContent): node is Root | Blockquote | List | ListItem =>
	node.type === 'root' || node.type === 'blockquote' || node.type === 'list' || node.type === 'listItem';

const isOpenComment = ({ value }: Html): boolean => value.lastIndexOf('<!--') > value.lastIndexOf('-->');
