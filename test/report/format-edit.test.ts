import * as assert from 'uvu/assert';
import { formatEdit } from '../../src/report/format-edit.ts';
import { describe } from '../helpers/suite.ts';

const frame = { file: 'a.md', columns: 80 };

describe('formatEdit()', ({ test }) => {
	test('shows what was and what is, with the lines around it', () => {
		assert.equal(formatEdit('1\n2\n3\nold\n5\n6\n7\n', '1\n2\n3\nnew\nnewer\n5\n6\n7\n', frame), [
			'a.md:4',
			'  2',
			'  3',
			'- old',
			'+ new',
			'+ newer',
			'  5',
			'  6',
		]);
	});

	test('shows lines that only come or only go, and nothing for no change', () => {
		assert.equal(formatEdit('a\na\n', 'a\na\na\n', frame), ['a.md:3', '  a', '  a', '+ a', '  ']);
		assert.equal(formatEdit('a', 'a', frame), []);
	});

	test('makes control characters visible and cuts what is long', () => {
		const lines = formatEdit('x', `\u001b[2J\n${'y\n'.repeat(100)}`, frame);
		assert.ok(lines.every((line) => !line.includes('\u001b')));
		assert.ok(lines.some((line) => line.includes('... 42 more lines')));
	});
});
