import { render } from 'preact';
import type { PageData } from '../report/html/report-data.ts';
import { LiveApp } from './app.tsx';
import { blockText } from './unpack.ts';

const root = document.getElementById('app');
if (root !== null) {
	const data = JSON.parse(blockText('data')) as PageData;
	document.documentElement.classList.add('has-script');
	// What stands there is for readers without scripts; it may be shorter than what follows.
	root.replaceChildren();
	render(<LiveApp data={data} />, root);
}
