import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

// What was compiled is kept when a command ends, so the second start takes another way through the same code.
describe('verify, started again', ({ test, beforeEach, afterEach }) => {
	let sandbox: Sandbox;
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	for (const [file, text] of [
		['verify.config.mjs', "import { EOL } from 'node:os';\nexport default { jobs: 6 + EOL.length };\n"],
		['verify.config.ts', 'const jobs: number = 7;\nexport default { jobs };\n'],
	] as const) {
		test(`still imports ${file}`, async () => {
			sandbox.write(file, text);
			for (const turn of [1, 2, 3]) {
				const { code, stdout } = await sandbox.verify('config', '--json');
				assert.is(code, 0, `start ${turn}`);
				assert.match(stdout, /"jobs"[^}]*7/);
			}
		});
	}

	test('does the same without what was kept', async () => {
		sandbox.write('a.md', '### Step 1: A\n\n**Command**: `true`\n');
		const first = await sandbox.verify('show', 'a.md');
		const again = await sandbox.verify('show', 'a.md');
		const compiled = await sandbox.start(['show', 'a.md'], { NODE_DISABLE_COMPILE_CACHE: '1' }).finished;
		assert.equal([again.stdout, compiled.stdout], [first.stdout, first.stdout]);
	});
});
