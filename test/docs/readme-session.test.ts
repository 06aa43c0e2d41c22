import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { createSandbox } from '../helpers/verify-cli.ts';

const README = readFileSync('README.md', 'utf8');
const PROMPT = /^````markdown\n(.*?)^````$/ms.exec(README)?.[1] ?? '';
const SESSION = /^```text\n(\$ verify .*?)^```$/ms.exec(README)?.[1] ?? '';

describe('the session of README', ({ test }) => {
	test('is what a run of its prompt prints, but for times and ids', async () => {
		const sandbox = createSandbox({
			'prompts/deploy.md': PROMPT,
			'prompts/build.sh': 'echo built\n',
			'prompts/serve.sh': 'echo starting\necho listening on https://localhost:3000\n',
		});
		const { code, stdout } = await sandbox.verify('prompts/deploy.md');
		assert.is(code, 1);
		assert.is(withoutTimes(`$ verify prompts/deploy.md\n${stdout}`), withoutTimes(SESSION));
		sandbox.remove();
	});
});

const withoutTimes = (text: string): string =>
	text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<run>').replace(/\b\d+(\.\d+)?m?s\b/g, '<time>');
