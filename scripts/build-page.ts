import { createHash } from 'node:crypto';
import { build } from 'esbuild';
import type { PageAssets } from '../src/report/html/assemble-page.ts';

/**
 * Bundles what every report carries: the program of its page and the style.
 *
 * @throws What esbuild found wrong; it printed it.
 */
export async function buildPage(): Promise<PageAssets> {
	const { outputFiles } = await build({
		entryPoints: { script: 'src/page/main.tsx', style: 'src/page/style.css' },
		outdir: 'page',
		bundle: true,
		write: false,
		minify: true,
		format: 'iife',
		platform: 'browser',
		target: 'es2022',
		legalComments: 'none',
		logLevel: 'warning',
	});
	const read = (name: string): string => outputFiles.find(({ path }) => path.endsWith(name))?.text.trim() ?? '';
	// Neither text can end the element that it stands in.
	const script = read('script.js').replaceAll('</', '<\\/');
	const style = read('style.css');
	return { script, scriptSha256: digest(script), style, styleSha256: digest(style) };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
