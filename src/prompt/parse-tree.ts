import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfmTable } from 'micromark-extension-gfm-table';
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item';
import { maskLoneCarriageReturns } from './source-text.ts';

// Of GFM only what prompts are made of: the rest costs time, autolinks most of all, and changes nothing that is read.
const OPTIONS = {
	extensions: [gfmTable(), gfmTaskListItem(), frontmatter(['yaml'])],
	mdastExtensions: [gfmTableFromMarkdown(), gfmTaskListItemFromMarkdown(), frontmatterFromMarkdown(['yaml'])],
};

/** Parses a document to mdast: CommonMark with tables, task lists and YAML front matter. */
export function parseTree(source: string): Root {
	return fromMarkdown(maskLoneCarriageReturns(source), OPTIONS);
}
