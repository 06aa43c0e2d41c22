import { rmSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { describe } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText } from '../helpers/verify-cli.ts';

const TRIES = 50;

describe('a run', ({ test }) => {
	test(`killed by SIGKILL at ${TRIES} random moments leaves the prompt whole, with the old or the new counts`, async () => {
		const sandbox = createSandbox();
		const text = promptText([{ command: 'echo a' }, { command: 'echo b' }], '3:0');
		const seen = new Map<string, number>();
		for (let round = 0; round < TRIES / 2; round += 1) {
			await Promise.all(
				['a.md', 'b.md'].map(async (file) => {
					// Without its ledger a prompt is a new one.
					for (const name of [`${file}.jsonl`, `${file}.heads`])
						rmSync(sandbox.path(`.ledger/${name}`), { force: true });
					sandbox.write(file, text);
					const run = sandbox.start([file]);
					const timer = setTimeout(() => run.child.kill('SIGKILL'), 100 + Math.random() * 400);
					await run.finished;
					clearTimeout(timer);
					const after = sandbox.read(file);
					const counts = countsIn(after);
					seen.set(counts, (seen.get(counts) ?? 0) + 1);
					const wanted = after.replace(counts, '3:0').replace(/Updated\*\*: [\d-]+/, 'Updated**: 2026-01-01');
					assert.is(wanted, text);
					assert.is(parsePrompt(after).problems.length, 0);
				}),
			);
		}
		assert.ok(
			[...seen.keys()].every((counts) => counts === '3:0' || counts === '5:0'),
			JSON.stringify([...seen]),
		);
		// The prompt can be run again at once: no lock is left, and its ledger tells what became of the run that was killed.
		assert.is((await sandbox.verify('a.md')).code, 0);
		const { code, stdout } = await sandbox.verify('audit', 'a.md', 'b.md');
		assert.is(code, 0, stdout);
		assert.equal(await sandbox.leftoversAtLast(), []);
		sandbox.remove();
	});
});
