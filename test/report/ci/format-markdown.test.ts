import * as fc from 'fast-check';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import * as assert from 'uvu/assert';
import { formatMarkdown } from '../../../src/report/ci/format-markdown.ts';
import { check } from '../../helpers/check.ts';
import { hostileText } from '../../helpers/hostile-text.ts';
import { aFailedStep, aHostilePrompt, aRecord } from '../../helpers/records.ts';
import { aPrompt, aStep, someCounts } from '../../helpers/results.ts';
import { describe } from '../../helpers/suite.ts';

interface Node {
	readonly type: string;
	readonly value?: string;
	readonly children?: readonly Node[];
}
const all = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(all)];
const parse = (text: string): Node[] => all(remark().use(remarkGfm).parse(text) as Node);

describe('formatMarkdown()', ({ test }) => {
	test('has the verdict, a row a prompt, the worst first, and the block of each step that did not pass', () => {
		const passed = aPrompt({ file: 'a.md' });
		const failed = aPrompt({
			file: 'b.md',
			outcome: 'failed',
			steps: [aStep({ number: 1 }), aFailedStep({ file: 'b.md', number: 2 })],
			counts: someCounts({ after: { success: 12, failure: 1 }, stage: 'development' }),
		});
		const text = formatMarkdown(aRecord([passed, failed]));
		assert.match(
			text,
			/^## verify: failed\n\n2 prompts, steps: 2 passed, 1 failed · executor `embedded` · run `0199-r1`\n/,
		);
		const rows = text.split('\n').filter((line) => line.startsWith('| '));
		assert.equal(rows.slice(2), [
			'| ❌ | `b.md` | 1 passed, 1 failed | 11:0 → 12:1 | development | 20ms |',
			'| ✅ | `a.md` | 1 passed | 11:0 → 12:0 | graduated | 20ms |',
		]);
		assert.match(text, '### ❌ `b.md:42` step 2 `start the server`');
		assert.match(text, 'verify b.md --step 2');
	});
	test('keeps its size by leaving out whole steps and rows, and says how many', () => {
		const prompt = aPrompt({ outcome: 'failed', steps: Array.from({ length: 20 }, () => aFailedStep()) });
		const record = aRecord(Array.from({ length: 1000 }, () => prompt));
		for (const mostBytes of [2000, 20_000, 1_000_000]) {
			const text = formatMarkdown(record, { mostBytes });
			assert.ok(Buffer.byteLength(text) <= mostBytes, `${Buffer.byteLength(text)} of ${mostBytes}`);
			assert.match(text, /_\d+ more steps that did not pass are left out/);
			assert.is((text.match(/^```/gm) ?? []).length % 2, 0);
		}
	});
	test('has no markup, mention or link of foreign text, whatever the record holds', () => {
		const usual = new Set(parse(formatMarkdown(aRecord([aHostilePrompt('plain')]))).map(({ type }) => type));
		check(
			fc.property(hostileText(), (text) => {
				const nodes = parse(formatMarkdown(aRecord([aHostilePrompt(text)])));
				assert.equal(
					nodes.map(({ type }) => type).filter((type) => !usual.has(type)),
					[],
				);
				const outside = nodes.filter(({ type }) => type === 'text');
				for (const { value = '' } of outside) assert.not.match(value, /@|<|octocat/);
				const counts = (type: string): number => nodes.filter((node) => node.type === type).length;
				assert.equal([counts('code'), counts('heading'), counts('tableRow'), counts('tableCell')], [6, 7, 2, 12]);
			}),
		);
	});
});
