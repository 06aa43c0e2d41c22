import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { hasTerminal, startAtTerminal } from '../helpers/terminal.ts';
import { createSandbox, promptText } from '../helpers/verify-cli.ts';

describe('the live view', ({ test, skip }) => {
	if (!hasTerminal)
		return skip('makes room for what is told', 'there is no program "script" here that makes a terminal');
	test('makes room for what Ctrl-C has to say', async () => {
		const sandbox = createSandbox({ 'a.md': promptText([{ command: 'echo begun; sleep 300' }]) });
		try {
			const { child, sees, screen, end } = startAtTerminal(sandbox, 'a.md', 'rows 30 cols 100');
			await sees('0 of 1 prompts done');
			await sees('begun');
			child.stdin?.write('\u0003');
			await sees('verify: interrupted, cancelling what runs');
			assert.is(await end, 130);
			// Line by line from below, and to the start of the first one, which the message takes.
			const before = screen().split('verify: interrupted, cancelling')[0] ?? '';
			const erased = before.slice(before.lastIndexOf('^C'));
			assert.ok(/(?:\u001b\[2K(?:\u001b\[1A)?){3,}\u001b\[G/.test(erased), JSON.stringify(erased));
			assert.equal(await sandbox.leftoversAtLast(), []);
		} finally {
			sandbox.remove();
		}
	});
});
