import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import writeFileAtomic from 'write-file-atomic';
import { createNodeFiles } from '../../src/host/node-files.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { updateMetrics } from '../../src/prompt/update-metrics.ts';
import { makePrompts } from '../make-prompts.ts';
import { type Figures, summarize } from '../measure.ts';
import type { Extent, Row } from '../rows.ts';

/** Times reading and counting of many prompts in this process, beside the markdown parser and an atomic write alone. */
export async function measureWriteBack({ isFull }: Extent): Promise<readonly Row[]> {
	const text = await readFile('templates/self-improving.md', 'utf8');
	const prompts = await makePrompts(isFull ? 1000 : 200, () => text);
	const files = createNodeFiles();
	const paths = prompts.files.map((file) => join(prompts.folder, file));
	const decoder = new TextDecoder();
	const encoder = new TextEncoder();
	const mdast = await timeOne('mdast-util-from-markdown', () => {
		for (const _ of paths) fromMarkdown(text);
	});
	const parsing = await timeOne('parsePrompt()', () => {
		for (const _ of paths) parsePrompt(text);
	});
	const writing = await timeOne('write-file-atomic', async () => {
		for (const path of paths) await writeFileAtomic(path, text);
	});
	const updating = await timeOne('update()', async () => {
		for (const path of paths) {
			await files.update(path, (bytes) => {
				const source = decoder.decode(bytes);
				const { metrics } = parsePrompt(source);
				if (metrics === null) throw new Error('The measured prompt has no metrics');
				return encoder.encode(
					updateMetrics(source, metrics, { success: 1, failure: 0, date: '2026-01-02', isGraduated: false }),
				);
			});
		}
	});
	await prompts.remove();
	const what = `${paths.length} prompts of ${(text.length / 1000).toFixed(1)} kB`;
	return [
		{ work: `${what} parsed`, ours: parsing, beside: mdast, goal: null },
		{ work: `${what} locked, read, parsed, counted, written`, ours: updating, beside: writing, goal: null },
	];
}

async function timeOne(name: string, work: () => void | Promise<void>): Promise<Figures> {
	const started = performance.now();
	await work();
	return summarize(name, [performance.now() - started]);
}
