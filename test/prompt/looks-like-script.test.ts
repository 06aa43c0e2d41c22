import * as assert from 'uvu/assert';
import { looksLikeScript } from '../../src/prompt/looks-like-script.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { describe } from '../helpers/suite.ts';

const SCRIPTS = [
	'npm test',
	'wc -l data.txt',
	'git status',
	'docker compose up web',
	'./run.sh --fast',
	'scripts/check.sh',
	'/usr/bin/env node x.js',
	'~/bin/x',
	'$HOME/bin/x y',
	'"$HOME/bin/x" y',
	'PORT=80 LANG="de DE" node server.js',
	'NAME=value\nmake',
	'test "$A" = b',
	'[ "$A" = b ]',
	'make && {\n  echo ok\n}',
	'function f {\n  make\n}',
	'# first\ncd app && make',
	'[ -f x ] || exit 1',
	'[[ -n $x ]]',
	'! grep -q x f',
	'( cd a; make )',
	'{ make; } 2>&1',
	'. ./env.sh',
	'source env.sh\ng++ a.cc -o a\npython3.11 -m x',
	'curl -s http://localhost:8080/health | jq .status',
	'echo "The tests are done."',
	'cat > f <<EOF\n## A heading\n| a | b |\nEOF',
	'for f in a b; do\n  Any thing: here\ndone',
	'if true; then\n  echo x\nfi',
	'build() {\n  make\n}',
	'docker run \\\n  --rm image',
	'python3 -c "\nPrint: x\n"',
	'diff <(sort a) <(sort b)',
	'mycli verify all-of-it',
];
const TEXTS = [
	'Requirement          | Plans | Status\n---------------------|-------|-------\nUser can log in      | 01    | COVERED',
	'key_link: Chat.tsx -> /api/chat via fetch',
	'Categories: 4\n- Authentication: 3 requirements',
	'Task(\n  prompt="do it"\n)',
	'task(prompt)',
	'weighted_score = sum(weight(signal))',
	'total := 3',
	'social-media/\n├── twitter/\n│   └── event.md',
	'src → dist → upload',
	'[HOOK - 0:00-0:10]\nOpening line',
	'{\n  "pages": []\n}',
	'<status>ok</status>',
	'## Explore: {topic}\n\nLet us think',
	'## Explore\n\nwhat is on your mind and how can we find it',
	'created: notes.md',
	'trace filtered: summary',
	'User: "What should I do?"',
	'"site:docs.aws.amazon.com presigned"\n"TypeScript 5.4"',
	'1. Load context\n2. Define thresholds',
	'- [ ] check it',
	'✓ container ready',
	'run the tests and look at what they print',
	'start all services.',
	'npm test\nPASS src/a.test.js\nTests: 4 passed',
	'===========\nREPORT\n===========',
	'%PDF-1.7',
	'',
	'# only a comment',
	'NAME=value',
	'API_KEY=abc\nPORT=3000',
	'httpx==0.28.1\npytest==8.3.5',
	'const x = 1;',
	'import x from "y";',
	'from x import y',
	'x = f(1)',
	'server {\n  listen 80;\n}',
	'select * from orders;',
	'FROM node:20\nRUN npm ci',
	'version: 3\nservices:',
];

describe('looksLikeScript()', ({ test }) => {
	for (const text of SCRIPTS)
		test(`takes ${JSON.stringify(text)} for commands`, () => assert.is(looksLikeScript(text), true));
	for (const text of TEXTS)
		test(`takes ${JSON.stringify(text)} for something else`, () => assert.is(looksLikeScript(text), false));

	test('takes no longer for a text made to be slow', () => {
		const start = performance.now();
		for (const part of ['a=', 'a=b ', '"a', "'", '/a', '$a', `\${a}`, 'a.', '{ ', '\\'])
			looksLikeScript(`x ${part.repeat(20_000)}`);
		for (const part of ['a=', 'a=b ', '"$a"', '/a', 'a.', '{ ', '( ', '$ ']) looksLikeScript(`${part.repeat(20_000)}!`);
		assert.ok(performance.now() - start < 2000);
	});
});

describe('parsePrompt()', ({ test }) => {
	test('runs a block without a language as the only block of a step where it looks like commands', () => {
		for (const text of SCRIPTS) {
			const { steps } = parsePrompt(`### Step 1: Do\n\n\`\`\`\n${text}\n\`\`\`\n`);
			assert.equal(
				steps[0]?.commands.map((command) => command.text),
				[text],
			);
		}
	});

	test('never runs another block without a language, and says so', () => {
		for (const text of TEXTS) {
			const [step] = parsePrompt(`### Step 1: Do\n\nSay this:\n\n\`\`\`\n${text}\n\`\`\`\n`).steps;
			const errors = step?.problems.filter(({ severity }) => severity === 'error');
			assert.is(errors?.length, 1, text);
		}
	});

	test('runs of a recorded session what stands behind its prompts, and nothing else', () => {
		for (const prompt of ['$ ', '(venv) $ ', 'ada@host:~/app$ ', '[root@host app]# ', 'root@host:/# '])
			for (const language of ['console', 'bash', ''])
				for (const end of ['\n', '\r\n']) {
					const lines = [
						`${prompt}ls`,
						'rm -rf out',
						'',
						`${prompt}wc -l \\`,
						'  f',
						'3 f',
						'x@y$z',
						' ❯ a.test.js (3)',
						'  ➜  Local: x',
					];
					const text = ['### Step 1: Do', '', `\`\`\`${language}`, ...lines, '```', ''].join(end);
					const [step] = parsePrompt(text).steps;
					assert.equal(
						step?.commands.map((command) => command.text),
						['ls', 'wc -l \\\n  f'],
						text,
					);
				}
	});

	test('runs no block of a session that holds only what was printed', () => {
		for (const language of ['console', 'terminal', 'shell-session']) {
			const text = `### Step 1: Do\n\n\`\`\`bash\nls\n\`\`\`\n\n\`\`\`${language}\nTotal: 4 files\n\`\`\`\n\n\`\`\`${language}\nwc -l f\n\`\`\`\n`;
			const [step] = parsePrompt(text).steps;
			assert.equal(
				step?.commands.map((command) => command.text),
				['ls', 'wc -l f'],
			);
			assert.ok(step?.problems.some(({ ruleId }) => ruleId === 'unread-block'));
		}
	});
});
