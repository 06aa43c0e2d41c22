import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfmTable } from 'micromark-extension-gfm-table';
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item';
import type { Prompt } from './prompt.ts';
import { readPrompt } from './read-prompt.ts';
import { maskLoneCarriageReturns } from './source-text.ts';

const OPTIONS = {
	extensions: [gfmTable(), gfmTaskListItem(), frontmatter(['yaml'])],
	mdastExtensions: [gfmTableFromMarkdown(), gfmTaskListItemFromMarkdown(), frontmatterFromMarkdown(['yaml'])],
};

/**
 * Understands a markdown prompt: metrics, steps, directives, implementation, history. Samples inside code blocks and comments are none.
 * Never throws: what is wrong stands in `problems` of the prompt and of its steps.
 *
 * @param source - The document as it stands in the file, a byte order mark included.
 * @returns All places are offsets, lines and columns of `source`.
 */
export function parsePrompt(source: string): Prompt {
	return readPrompt(fromMarkdown(maskLoneCarriageReturns(source), OPTIONS), source);
}
