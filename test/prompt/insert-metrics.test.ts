import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { insertMetrics } from '../../src/prompt/insert-metrics.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { describe } from '../helpers/suite.ts';

const UPDATE = { success: 2, failure: 1, date: '2026-02-03', isGraduated: false };
const SECTION = [
	'## 📊 TASK METRICS & HISTORY',
	'',
	'- **Success**: 2',
	'- **Failure**: 1',
	'- **Success/Failure Ratio**: 2:1 (Requires 10:1 to graduate)',
	'- **Last Updated**: 2026-02-03',
];

describe('insertMetrics()', ({ test }) => {
	for (const [name, before, after] of [
		['below the introduction', ['# Title', '', 'Text.', '', ''], ['## First', '']],
		['below a title without introduction', ['# Title', '', ''], ['### Step 1: x', '']],
		['below front matter, where there is no title', ['---', 'name: x', '---', '', ''], ['## First', '']],
		['at the beginning', [''], ['## First', '']],
	] as const) {
		for (const lineEnd of ['\n', '\r\n']) {
			test(`puts the section ${name}, lines ending in ${JSON.stringify(lineEnd)}`, () => {
				const source = [...before.slice(0, -1), ...after].join(lineEnd);
				const expected = [...before.slice(0, -1), ...SECTION, '', ...after].join(lineEnd);
				assert.is(insertMetrics(source, UPDATE), expected);
			});
		}
	}

	test('parts the section from text that would seem to belong to it', () => {
		const source = 'Text.\n';
		assert.is(insertMetrics(source, UPDATE), `${SECTION.join('\n')}\n\n---\n\nText.\n`);
	});

	test('keeps a byte order mark first', () => {
		assert.is(insertMetrics('\uFEFF# T', UPDATE), `\uFEFF# T\n\n${SECTION.join('\n')}\n`);
	});

	test('avoids the end of a block that is never closed', () => {
		const source = '# T\n\n```bash\ntrue\n';
		assert.is(insertMetrics(source, UPDATE), `# T\n\n${SECTION.join('\n')}\n\n---\n\n\`\`\`bash\ntrue\n`);
	});

	test('writes the mark of a prompt that graduates at once', () => {
		const written = insertMetrics('# T\n', { ...UPDATE, success: 10, failure: 0, isGraduated: true });
		assert.match(written, '- **Success/Failure Ratio**: 10:0 ✅ GRADUATED!\n');
	});

	test('updates the metrics that are there', () => {
		const source = '# T\n\n## TASK METRICS\n- **Success/Failure Ratio**: 1:1\n';
		assert.is(insertMetrics(source, UPDATE), source.replace('1:1', '2:1'));
	});

	test('gives metrics that are read back, and keeps all that was there, in any document', () => {
		const line = fc.oneof(
			fc.constantFrom(
				'# T',
				'## H',
				'```',
				'<!--',
				'-->',
				'---',
				'- item',
				'text',
				'    code',
				'| a |\n| - |',
				'',
				'> q',
			),
			fc.string({ maxLength: 12 }),
		);
		fc.assert(
			fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), (lines, lineEnd) => {
				const source = lines.join(lineEnd);
				const written = insertMetrics(source, UPDATE);
				const { metrics } = parsePrompt(written);
				assert.equal([metrics?.success, metrics?.failure], [2, 1]);
				const at = written.indexOf('## 📊');
				const end = written.indexOf('2026-02-03') + '2026-02-03'.length;
				const rest = written.slice(end).replace(/^(?:\r?\n\r?\n---)?/, '');
				assert.ok(isInterleaved(source, written.slice(0, at), rest), JSON.stringify(written));
			}),
			{ numRuns: 300 },
		);
	});
});

/** The source is what stands before and after the section, but for blank lines around it. */
function isInterleaved(source: string, before: string, after: string): boolean {
	const [head, tail] = [before.replace(/[\r\n]+$/, ''), after.replace(/^[\r\n]+/, '')];
	return (
		source.startsWith(head) &&
		source.endsWith(tail) &&
		/^[\s]*$/.test(source.slice(head.length, source.length - tail.length))
	);
}
