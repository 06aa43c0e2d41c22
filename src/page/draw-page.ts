import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { PageData } from '../report/html/report-data.ts';
import { App } from './app.tsx';

/** Draws a page as markup, for readers without scripts: its overview, with the first rows of long tables. */
export const drawPage = (data: PageData): string =>
	renderToString(h(App, { data, route: { page: 'overview', query: '' } }));
