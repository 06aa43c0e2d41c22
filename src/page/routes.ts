/** A place in the report, as the address shows it after `#`. */
export type Route =
	| { readonly page: 'overview'; readonly query: string }
	| { readonly page: 'prompt'; readonly file: string }
	| {
			readonly page: 'step';
			readonly file: string;
			readonly number: number;
			/** From 1; `null`: the deciding one. */
			readonly attempt: number | null;
			/** Line of the output, from 1. */
			readonly line: number | null;
	  };

/**
 * Reads a place from an address.
 *
 * @param hash - With or without its `#`.
 * @returns The overview for everything that is no place of ours.
 */
export function parseRoute(hash: string): Route {
	const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?');
	const params = new URLSearchParams(search);
	const [page, file = '', number = ''] = path.split('/');
	if (page === 'prompt') return { page, file: decode(file) };
	if (page === 'step') {
		const [attempt, line] = [toCount(params.get('attempt')), toCount(params.get('line'))];
		return { page, file: decode(file), number: toCount(number) ?? 0, attempt, line };
	}
	return { page: 'overview', query: params.get('q') ?? '' };
}

/** Writes the address of a place, with its `#`. */
export function formatRoute(route: Route): string {
	if (route.page === 'overview') return route.query === '' ? '#/' : `#/?q=${encodeURIComponent(route.query)}`;
	if (route.page === 'prompt') return `#/prompt/${encodeURIComponent(route.file)}`;
	const params = new URLSearchParams();
	if (route.attempt !== null) params.set('attempt', String(route.attempt));
	if (route.line !== null) params.set('line', String(route.line));
	const search = params.size === 0 ? '' : `?${params}`;
	return `#/step/${encodeURIComponent(route.file)}/${route.number}${search}`;
}

/** Address of a step. */
export const stepHref = (file: string, number: number): string =>
	formatRoute({ page: 'step', file, number, attempt: null, line: null });

/** Address of a prompt. */
export const promptHref = (file: string): string => formatRoute({ page: 'prompt', file });

/** Address of the overview under a filter. */
export const queryHref = (query: string): string => formatRoute({ page: 'overview', query });

const toCount = (text: string | null): number | null =>
	text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		// A broken escape names no prompt; the page then says that there is none of this name.
		return text;
	}
}
