import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { Nodes } from 'mdast';
import * as assert from 'uvu/assert';
import { parseTree } from '../../src/prompt/parse-tree.ts';
import { scanTree } from '../../src/prompt/scan/scan-tree.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

/** What prompts are read from: kinds, words and places. Lines and columns follow from offsets, layout changes no meaning. */
function essence(node: Nodes): unknown {
	const { type, position } = node;
	const own = {
		...('depth' in node && { depth: node.depth }),
		...('value' in node && { value: node.value }),
		...('lang' in node && { lang: node.lang }),
		...('checked' in node && { checked: node.checked }),
		...('alt' in node && { alt: node.alt }),
		...('url' in node && { url: node.url }),
	};
	const children = 'children' in node && { children: node.children.map(essence) };
	return { type, start: position?.start.offset, end: position?.end.offset, ...own, ...children };
}

const assertSame = (source: string): void =>
	assert.equal(essence(scanTree(source)), essence(parseTree(source)), JSON.stringify(source));

const WORDS = ['a', 'Step 1: x', 'TASK METRICS', 'é🎉', 'x_y', '1', 'Expected', '10:1', '…', 'a b'];
const INLINES = [
	'`code`',
	'`` a ` b ``',
	'` x `',
	'`open',
	'**bold**',
	'**bold:**',
	'**(x)**:',
	'*em*',
	'_em_',
	'__strong__',
	'***both***',
	'**a *b* c**',
	'*a **b** c*',
	'**a',
	'a**b**c',
	'2*3*4',
	' * ',
	'snake_case_name',
	'[text]',
	'[text](url)',
	'[a b](x/y.md#z)',
	'[**b**](u)',
	'![alt](src)',
	'[a](b "t")',
	'[a]: b',
	'[x]',
	'<b>',
	'<!-- c -->',
	'<https://a.b>',
	'a < b',
	'&amp;',
	'&nope',
	'R&D',
	'\\*',
	'\\a',
	'\\',
	'|',
	'a \\| b',
	'~~gone~~',
	'https://a.b/c_d',
	'a@b.c',
	'"q"',
	':',
	'#',
	'$x',
	'\u00a0',
	'\t',
	'  ',
];
const inline = fc
	.array(fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...INLINES)), { minLength: 1, maxLength: 6 })
	.chain((parts) => fc.constantFrom(' ', '', '').map((between) => parts.join(between)));

/** A line and what may stand around it. */
const BLOCKS = [
	'# H',
	'## **Bold** heading ##',
	'### `code` #',
	'#nothing',
	'#\ttab',
	'Setext\n===',
	'Setext\n---',
	'---',
	'* * *',
	'***',
	'_ _ _',
	'```',
	'```bash\necho 1\n```',
	'```text title="x"\n## no heading\n\n\tcode\n```  ',
	'````md\n```\n# no\n```\n````',
	'~~~\n```\n~~~',
	'~~~~',
	'   ```sh\n   a\n     b\n   ```',
	'```a`b',
	'```\\&amp;\nx\n```',
	'    indented\n    more',
	'\tindented',
	'> quoted\n> - more\nlazy',
	'> ```\n> x',
	'<!-- one line -->',
	'<!--\n# sample\n```\n-->',
	'<!-- x --> after',
	'<!--> odd -->',
	'<!-- open',
	'<div>\nx\n</div>',
	'<b>x</b>',
	'<?php\n?>',
	'| a | b |\n| --- | :-: |\n| 1 | `2` |\n| **x** | |',
	'| a |\n|---|',
	'| a | b |\n| --- |\n| c |',
	'a | b\n--- | ---\n1 | 2',
	'| a | b |\n|---|---|\n| `x|y` | \\| |\nplain',
	'words\n| a | b |\n| --- | --- |\n| 1 | 2 |',
	'| a |\n| - |\n# H',
	'[ref]: https://x.y "t"',
	'[ref]\nmore',
	'[ref]: x\n# H',
	'- ',
	'-',
	'1.',
	'- [ ] **Step 2:** do',
	'- [x] done',
	'- [X]  two blanks',
	'- [ ]',
	'- [ ] # no heading',
	'- [a] b',
	'-     code',
	'- - nested',
	'- # H\n  text',
	'- ```\n  x\n  ```',
	'- ```\nx',
	'- a\nlazy',
	'- a\n  b  \n  c',
	'- a\n\n  second\n\n      code',
	'- a\n  - b\n    - c\n\n- d',
	'- a\n* b\n+ c',
	'*   a\n*   b\n\n    ```text\n    x\n\n    y\n    ```',
	'1. a\n2. b\n   - c\n10. d',
	'1) a\n2) b\n1. c',
	'7. a',
	'- a\n  | b | c |\n  | - | - |\n  | 1 | 2 |',
	'- **Label**:\n  | b | c |\n  | :-- | --: |\n  | 1 | 2 |\n\n  after',
	'- a\n  ## H\n  b',
	'- a\n  > q',
	'- a\n\tb',
	'- a\n ---',
	'- a\n\n\n  b\n\nc',
	'**--- EXECUTION LOG (Step 1) ---**\n```text\nx\n```',
	'words\n2. no list\n- list',
	'words\n1. list',
	'words\n    # no heading',
	'words\n  ## heading',
	'words  \nbroken\\\nlines ',
	'words \n\tmore',
];
const INDENTS = ['', '', '', '', ' ', '  ', '   ', '    ', '  - ', '- ', '> ', '1. ', '* [ ] '];
const block = fc.oneof(
	{ weight: 5, arbitrary: fc.constantFrom(...BLOCKS) },
	{ weight: 3, arbitrary: inline },
	{ weight: 1, arbitrary: fc.tuple(inline, inline).map((lines) => lines.join('\n')) },
	{ weight: 1, arbitrary: inline.map((text) => `- ${text}`) },
	{ weight: 1, arbitrary: inline.map((text) => `## ${text}`) },
	{ weight: 1, arbitrary: fc.tuple(inline, inline).map(([a, b]) => `| ${a} | ${b} |\n| - | - |\n| ${b} | ${a} |`) },
);
const indented = fc.tuple(block, fc.constantFrom(...INDENTS), fc.boolean()).map(([text, indent, isAligned]) =>
	isAligned
		? text
				.split('\n')
				.map((line, at) => (at === 0 ? indent : indent.replace(/\S/g, ' ')) + line)
				.join('\n')
		: indent + text,
);
const HEADS = [
	'',
	'',
	'',
	'\uFEFF',
	'---\nverify:\n  # no heading\n  timeout: 1s\n---\n',
	'---\nopen: 1\n',
	'---\na: 1\n---\n---\n',
	'\n',
];
const document = fc
	.tuple(
		fc.constantFrom(...HEADS),
		fc.array(
			fc.tuple(fc.oneof(block, indented), fc.constantFrom('\n', '\n\n', '\n\n', '\n\n\n', '\n  \n', ' \n', '')),
			{
				maxLength: 9,
			},
		),
		fc.constantFrom('\n', '\n', '\n', '\r\n', '\r'),
	)
	.map(([head, parts, lineEnd]) => (head + parts.flat().join('')).replace(/\n/g, lineEnd));

describe('scanTree()', ({ test }) => {
	test('gives the tree of the full parser for documents of all that prompts are made of', () => {
		check(fc.property(document, assertSame), { numRuns: 600 });
	});

	test('gives the tree of the full parser for single blocks in all indents', () => {
		check(
			fc.property(fc.array(indented, { minLength: 1, maxLength: 2 }), (blocks) => {
				assertSame(`# A\n\n${blocks.join('\n')}\n\n# B\n\nwords\n`);
			}),
			{ numRuns: 600 },
		);
	});

	test('gives the tree of the full parser for marks that nothing closes, in items of several lines', () => {
		for (const item of ['* ', '- [ ] ', '1. ', '']) {
			for (const words of ['`open a', 'a `b', '``x', '**open a', '[open a', 'a <b']) {
				for (const next of ['[text](url) a', '**b** c', 'a', '`` x']) {
					for (const indent of ['', '  ', '   ', '      ']) assertSame(`${item}${words}\n${indent}${next}`);
				}
			}
		}
	});

	test('gives the tree of the full parser for inline content', () => {
		check(
			fc.property(inline, inline, fc.constantFrom('# ', '', '- ', '- [ ] ', '> ', '  '), (one, two, mark) => {
				assertSame(`${mark}${one}\n${two}\n\n${two}`);
			}),
			{ numRuns: 800 },
		);
	});

	test('gives the tree of the full parser for random characters that mean something', () => {
		const text = fc.string({ unit: fc.constantFrom(...'*_`~:|[]()<>#-+1.\\&!= \t\n\n\r:aé🎉\u0000'), maxLength: 60 });
		check(fc.property(text, assertSame), { numRuns: 1500 });
	});

	test('gives the tree of the full parser for every prompt, template and page of ours', () => {
		for (const folder of ['test/fixtures/prompts', 'prompts', 'templates', 'docs']) {
			for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
				if (!name.endsWith('.md')) continue;
				const source = readFileSync(join(folder, name), 'utf8');
				assertSame(source);
				assertSame(source.replace(/\r?\n/g, '\r\n'));
			}
		}
	});

	test('hands a section that is more than plain to the full parser, and keeps the others', () => {
		const source = '# A\n\nplain\n\n## B\n\n> quoted\n> more\n\n## C\n\n- item\n';
		assertSame(source);
		const [title, , , , last] = scanTree(source).children;
		// Nodes of the scanner have no lines; those of the parser that were moved have none either.
		assert.is(title?.position?.start.line, 0);
		assert.is(last?.position?.start.line, 0);
	});

	test('costs little more than the full parser where nothing is plain', () => {
		for (const part of ['**a', '`a', '[a](', '- a\n', '| a |\n', '<!-- a\n', '```\n', '# a\n> b\n', '\n1. a\n```\n']) {
			const source = `# T\n\n${part.repeat(500)}`;
			const full = millisecondsOf(() => parseTree(source));
			const ours = millisecondsOf(() => scanTree(source));
			assert.ok(ours < 200 + 6 * full, `${JSON.stringify(part)}: ${ours} ms, ${full} ms`);
		}
	});
});

function millisecondsOf(work: () => void): number {
	const began = performance.now();
	work();
	return performance.now() - began;
}
