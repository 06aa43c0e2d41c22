import type { PageData } from './report-data.ts';

/** The built program and style of the page, with the digests that its security policy names. */
export interface PageAssets {
	readonly script: string;
	/** SHA-256 of `script` in base64. */
	readonly scriptSha256: string;
	readonly style: string;
	readonly styleSha256: string;
}

/** What a page is put together from. */
export interface PageParts {
	/** Plain text. */
	readonly title: string;
	/** Markup that was drawn by the page's own views: what people without scripts read. */
	readonly body: string;
	readonly data: PageData;
	/** Packed details, in base64: see `formatDetails`. */
	readonly chunks?: readonly string[];
	readonly assets: PageAssets;
}

/**
 * Puts a page together: one file that needs nothing else, asks nobody, and runs no script but its own.
 *
 * @returns HTML. Data stands in blocks that no browser executes; no text of it can end its block.
 */
export function assemblePage({ title, body, data, chunks = [], assets }: PageParts): string {
	const policy = [
		"default-src 'none'",
		`script-src 'sha256-${assets.scriptSha256}'`,
		`style-src 'sha256-${assets.styleSha256}'`,
		"base-uri 'none'",
		"form-action 'none'",
		// No text can become markup: the page has no policy that would allow it.
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	].join('; ');
	return [
		'<!doctype html>',
		'<html lang="en">',
		'<head>',
		'<meta charset="utf-8">',
		`<meta http-equiv="Content-Security-Policy" content="${policy}">`,
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		'<meta name="color-scheme" content="light dark">',
		'<meta name="referrer" content="no-referrer">',
		`<title>${escapeHtml(title)}</title>`,
		`<style>${assets.style}</style>`,
		'</head>',
		'<body>',
		`<div id="app">${body}</div>`,
		`<script type="application/json" id="data">${escapeJson(JSON.stringify(data))}</script>`,
		...chunks.map((chunk, number) => `<script type="text/plain" id="chunk-${number}">${chunk}</script>`),
		`<script>${assets.script}</script>`,
		'</body>',
		'</html>',
		'',
	].join('\n');
}

const escapeHtml = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Without `<` there is neither an end tag nor the start of a comment. HTML §13.2.5.20 */
const escapeJson = (json: string): string => json.replaceAll('<', '\\u003c');
