import { readdirSync, readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { updateMark } from '../../src/prompt/update-metrics.ts';
import { describe } from '../helpers/suite.ts';
import { promptText } from '../helpers/verify-cli.ts';

/** Sets or takes away the mark of a document. */
function mark(source: string, isGraduated: boolean): string {
	const { metrics } = parsePrompt(source);
	return metrics === null ? source : updateMark(source, metrics, isGraduated);
}

describe('updateMark()', ({ test }) => {
	test('puts the mark in the place of the target, and the target back, and touches nothing else', () => {
		const source = promptText([{ command: 'true' }], '12:0').replaceAll('\n', '\r\n');
		const marked = mark(source, true);
		assert.is(marked, source.replace(' (Requires 10:1 to graduate)', ' ✅ GRADUATED!'));
		assert.is(mark(marked, false), source);
	});

	test('leaves a document alone that says so already, or has no counts', () => {
		const source = promptText([{ command: 'true' }], '12:0');
		assert.is(mark(source, false), source);
		assert.is(mark(mark(source, true), true), mark(source, true));
		const none = source.replace('12:0', 'soon');
		assert.is(mark(none, true), none);
	});

	const folder = 'test/fixtures/prompts';
	for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
		file.endsWith('.md'),
	)) {
		test(`keeps the counts of ${name}`, () => {
			const source = readFileSync(`${folder}/${name}`, 'utf8');
			const before = parsePrompt(source).metrics;
			for (const isGraduated of [true, false]) {
				const after = parsePrompt(mark(source, isGraduated)).metrics;
				assert.equal([after?.success, after?.failure], [before?.success, before?.failure]);
				assert.is(after?.lastUpdatedField?.text, before?.lastUpdatedField?.text);
			}
		});
	}
});
