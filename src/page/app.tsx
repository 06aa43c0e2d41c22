import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { PageData, RunData } from '../report/html/report-data.ts';
import { GlyphShapes } from './glyph.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { IndexPage } from './index-page.tsx';
import { listenForKeys } from './keys.ts';
import { Overview } from './overview.tsx';
import { PromptPage } from './prompt-page.tsx';
import { parseRoute, type Route } from './routes.ts';
import { StepPage } from './step-page.tsx';
import { ThemeButton } from './theme-button.tsx';

/** A page as it is first drawn: the same markup for those with scripts and those without. */
export function App({ data, route }: { readonly data: PageData; readonly route: Route }) {
	return (
		<>
			<GlyphShapes />
			<TopBar data={data} />
			{data.kind === 'index' ? <IndexPage data={data} /> : <RunPage data={data} route={route} />}
			<footer class="foot faint">
				{data.tool}
				<noscript>
					{' '}
					· Scripts are off: this is the summary; results step by step stand in run.json beside this file.
				</noscript>
			</footer>
		</>
	);
}

/** A page that follows its address and its keys. */
export function LiveApp({ data }: { readonly data: PageData }) {
	const [route, setRoute] = useState(() => parseRoute(location.hash));
	// Not after the first picture, as effects are: a key that is pressed early must not be lost.
	useLayoutEffect(() => {
		const follow = (): void => {
			const next = parseRoute(location.hash);
			setRoute((last) => {
				if (placeOf(last) !== placeOf(next)) scrollTo(0, 0);
				return next;
			});
		};
		addEventListener('hashchange', follow);
		const stop = listenForKeys();
		return () => {
			removeEventListener('hashchange', follow);
			stop();
		};
	}, []);
	useEffect(() => {
		document.title = titleOf(data, route);
	}, [data, route]);
	return (
		<>
			<App data={data} route={route} />
			<HelpDialog />
		</>
	);
}

/** The page without what only moves the view on it. */
const placeOf = (route: Route): string =>
	route.page === 'overview' ? 'overview' : `${route.page} ${route.file} ${route.page === 'step' ? route.number : ''}`;

function RunPage({ data, route }: { readonly data: RunData; readonly route: Route }) {
	if (route.page === 'overview') return <Overview data={data} query={route.query} />;
	const prompt = data.prompts.find(({ file }) => file === route.file);
	if (prompt === undefined) return <Nowhere what={`no prompt ${route.file}`} />;
	if (route.page === 'prompt') return <PromptPage key={prompt.file} data={data} prompt={prompt} />;
	const row = prompt.steps.find(({ number }) => number === route.number);
	if (row === undefined) return <Nowhere what={`no step ${route.number} of ${route.file}`} />;
	return <StepPage key={`${prompt.file} ${row.number}`} data={data} prompt={prompt} row={row} route={route} />;
}

const Nowhere = ({ what }: { readonly what: string }) => (
	<main>
		<p>
			There is {what} in this run. <a href="#/">To the overview</a>
		</p>
	</main>
);

const TopBar = ({ data }: { readonly data: PageData }) => (
	<div class="top">
		<a class="brand" href={data.kind === 'index' ? '#' : '#/'}>
			<svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
				<path d="M2 8.5l4 4L14 3.5" />
			</svg>
			verify
		</a>
		<span class="grow" />
		{data.kind === 'run' ? <a href="../index.html">All runs</a> : null}
		<ThemeButton />
		<button
			type="button"
			id="help-button"
			class="button round needs-script"
			aria-label="Keys and filters"
			aria-haspopup="dialog"
		>
			?
		</button>
	</div>
);

function titleOf(data: PageData, route: Route): string {
	if (data.kind === 'index') return 'verify: all prompts';
	if (route.page === 'overview') return `verify: ${data.verdict ?? 'unfinished'}`;
	return route.page === 'prompt' ? route.file : `Step ${route.number} of ${route.file}`;
}
