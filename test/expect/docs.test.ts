import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { words } from './samples.ts';

const page = readFileSync('docs/expectations.md', 'utf8');
const section = page.slice(page.indexOf('## Known prose'), page.indexOf('## Other prose'));
const wordings = section
	.split('\n')
	.filter((line) => line.startsWith('| `'))
	.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, wording]) => wording ?? ''));

describe('docs/expectations.md', ({ test }) => {
	test('lists only prose that is understood', () => {
		assert.ok(wordings.length >= 20);
		for (const wording of wordings) {
			const { matchers, exitCodes, problems } = words(wording);
			assert.equal(problems, [], wording);
			const isExitCode = /exit|succeed/i.test(wording);
			assert.is(matchers.length > 0, !isExitCode, wording);
			if (isExitCode) assert.is(exitCodes[0], /zero/.test(wording) ? 1 : /2/.test(wording) ? 2 : 0, wording);
		}
	});
});
