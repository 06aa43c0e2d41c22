import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type Line, textOf, toLines } from '../../src/page/ansi-lines.ts';
import { inertText } from '../../src/report/html/make-inert.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const looks = (line: Line | undefined): [string, string][] => line?.map(({ text, look }) => [text, look]) ?? [];
const colour = fc.constantFrom(
	'\u001b[31m',
	'\u001b[0m',
	'\u001b[1;44m',
	'\u001b[38;5;200m',
	'\u001b[48;2;1;2;3m',
	'\u001b[m',
);
const hostile = fc.constantFrom(
	'\u001b[2J',
	'\u001b]0;title\u0007',
	'\u001b',
	'\u009b31m',
	'\r',
	'\u202e',
	'\n',
	'\r\n',
);
const output = fc.array(fc.oneof(colour, hostile, fc.string())).map((parts) => parts.join(''));

describe('toLines()', ({ test }) => {
	test('keeps colours and weights over lines, by class where there is one', () => {
		const lines = toLines('plain \u001b[1;31mred\nstill\u001b[0m off\n\u001b[92mlight\u001b[m\n');
		assert.equal(looks(lines[0]), [
			['plain ', ''],
			['red', 'fg-red is-bold'],
		]);
		assert.equal(looks(lines[1]), [
			['still', 'fg-red is-bold'],
			[' off', ''],
		]);
		assert.equal(looks(lines[2]), [['light', 'fg-bright-green']]);
		assert.is(lines.length, 3);
	});

	test('gives colours of the palette and true colours by number', () => {
		const [line] = toLines('\u001b[38;5;208ma\u001b[48;2;1;2;3mb\u001b[38;5;244mc');
		assert.equal(
			line?.map(({ foreground, background }) => [foreground, background]),
			[
				['255, 135, 0', null],
				['255, 135, 0', '1, 2, 3'],
				['128, 128, 128', '1, 2, 3'],
			],
		);
	});

	test('shows what is no colour, and nothing of it acts', () => {
		assert.equal(toLines('a\u001b[2Jb\u001b]8;;http://x\u0007c\rd').map(textOf), ['a\\e[2Jb\\e]8;;http://x\\ac\\rd']);
		assert.equal(toLines('\u001b[31m\u001b[2Jx').map(textOf), ['\\e[2Jx']);
	});

	test('loses nothing but colours, whatever comes', () => {
		check(
			fc.property(output, (text) => {
				const plain = text
					.replaceAll('\r\n', '\n')
					.replace(/\n$/, '')
					.replace(/\u001b\[[\d;]*m/g, '');
				assert.is(toLines(text).map(textOf).join('\n'), inertText(plain));
			}),
		);
	});
});
