import { join } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import writeFileAtomic from 'write-file-atomic';
import { createNodeFiles } from '../src/host/node-files.ts';
import { parsePrompt } from '../src/prompt/parse-prompt.ts';
import { updateMetrics } from '../src/prompt/update-metrics.ts';
import { makePrompts } from './make-prompts.ts';
import type { Figures } from './measure.ts';

/** Measures reading and counting of many prompts in this process, beside the markdown parser and an atomic write alone. */
export async function measureWriteBack(count: number, text: string): Promise<readonly Figures[]> {
	const prompts = await makePrompts(count, () => text);
	const files = createNodeFiles();
	const paths = prompts.files.map((file) => join(prompts.folder, file));
	const decoder = new TextDecoder();
	const encoder = new TextEncoder();
	const figures = [
		await timeOne('mdast-util-from-markdown alone', () => {
			for (const _ of paths) fromMarkdown(text);
		}),
		await timeOne('parsePrompt', () => {
			for (const _ of paths) parsePrompt(text);
		}),
		await timeOne('write-file-atomic alone', async () => {
			for (const path of paths) await writeFileAtomic(path, text);
		}),
		await timeOne('lock, read, parse, splice, write', async () => {
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
		}),
	];
	await prompts.remove();
	return figures;
}

async function timeOne(name: string, work: () => void | Promise<void>): Promise<Figures> {
	const started = performance.now();
	await work();
	const ms = performance.now() - started;
	return { name, minMs: ms, medianMs: ms, maxMs: ms, peakMiB: null };
}
