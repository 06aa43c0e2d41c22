import { useLayoutEffect, useState } from 'preact/hooks';
import { formatRoute } from './routes.ts';

const PAUSE_MS = 120;

/** The filter of the steps; what it holds stands in the address, so that a link brings it along. */
export function FilterBox({ query, problems }: { readonly query: string; readonly problems: readonly string[] }) {
	const [text, setText] = useState(query);
	// Both at once, not after the next picture: letters that were typed until then would be lost to what stood there before.
	// The address changed by itself: by a link, or by the way back.
	useLayoutEffect(() => setText(query), [query]);
	useLayoutEffect(() => {
		if (text === query) return;
		const timer = setTimeout(() => {
			// A letter is no step in the history.
			history.replaceState(null, '', formatRoute({ page: 'overview', query: text }));
			dispatchEvent(new HashChangeEvent('hashchange'));
		}, PAUSE_MS);
		return () => clearTimeout(timer);
	}, [text, query]);
	return (
		<div class="filter needs-script">
			<input
				type="search"
				id="filter"
				value={text}
				placeholder="outcome:failed prompt:build  —  press /"
				aria-label="Filter steps"
				aria-describedby="filter-help"
				autocomplete="off"
				spellcheck={false}
				onInput={(event) => setText(event.currentTarget.value)}
			/>
			<p id="filter-help" class={problems.length === 0 ? 'hidden' : 'problem'}>
				{problems.length === 0
					? 'Words, or outcome: prompt: step: reason: evidence: group: slower: with a value; a minus before it excludes'
					: problems.join('. ')}
			</p>
		</div>
	);
}
