// The baseline: what a good engineer would call. Parses each file to mdast, with tables, and keeps nothing.
// usage: node parse-trees.mjs <folder> <count>
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';

const [folder, count] = [process.argv[2], Number(process.argv[3])];
const options = { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] };
for (const file of readdirSync(folder).sort().slice(0, count)) {
	fromMarkdown(readFileSync(join(folder, file), 'utf8'), options);
}
