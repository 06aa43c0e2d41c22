import * as assert from 'uvu/assert';
import { planDocument } from '../../../src/cli/plan-document.ts';
import { findTouched, type PromptState } from '../../../src/cli/watch/touched-steps.ts';
import { parsePrompt } from '../../../src/prompt/parse-prompt.ts';
import { describe } from '../../helpers/suite.ts';
import { promptText } from '../../helpers/verify-cli.ts';

const stateOf = (
	commands: readonly string[],
	{ counts = '0:0', common = {}, own = {} }: { counts?: string; common?: object; own?: Record<number, object> } = {},
): PromptState => {
	const source = promptText(
		commands.map((command) => ({ command })),
		counts,
	);
	return {
		prompt: planDocument({ file: 'a.md', source, prompt: parsePrompt(source) }),
		common: new Map(Object.entries(common)),
		own: new Map(Object.entries(own).map(([number, files]) => [Number(number), new Map(Object.entries(files))])),
	};
};
const touched = (former: PromptState | null, now: PromptState) => {
	const { steps, because } = findTouched(former, now);
	return [[...steps].map(({ ref }) => ref.number), because];
};

describe('findTouched()', ({ test }) => {
	test('takes all steps of a prompt that is new or whose steps are others', () => {
		assert.equal(touched(null, stateOf(['a', 'b'])), [[1, 2], ['a.md']]);
		assert.equal(touched(stateOf(['a', 'b']), stateOf(['a', 'c'])), [[1, 2], ['a.md']]);
	});
	test('takes none for counts that a run wrote', () => {
		assert.equal(touched(stateOf(['a']), stateOf(['a'], { counts: '7:1' })), [[], []]);
	});
	test('takes all steps for a file of the prompt, one for a file of its own', () => {
		const before = stateOf(['a', 'b'], { common: { x: '1' }, own: { 2: { y: '1' } } });
		assert.equal(touched(before, stateOf(['a', 'b'], { common: { x: '2' }, own: { 2: { y: '1' } } })), [[1, 2], ['x']]);
		assert.equal(touched(before, stateOf(['a', 'b'], { common: { x: '1' }, own: { 2: { z: '1' } } })), [
			[2],
			['y', 'z'],
		]);
	});
});
