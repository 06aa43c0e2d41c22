import * as assert from 'uvu/assert';
import { carriesMarker, runsScript, runsVerify } from '../../../src/transcript/agents/command-matchers.ts';
import { findAgentStart } from '../../../src/transcript/agents/find-agent-start.ts';
import { describe } from '../../helpers/suite.ts';

const MARKER = 'MARKER_step_1763720000_0123456789ABCDEFGHJKMNPQRS';

describe('runsScript()', ({ test }) => {
	const script = `cd app && npm test -- --grep 'a b'`;

	test('takes the command itself, whatever it is', () => {
		assert.is(runsScript('if then $((')('if then $((\n').detail, 'exactly the command');
		assert.is(runsScript(script)(script).detail, 'exactly the command');
	});

	test('takes a whole part, wherever a command may stand', () => {
		const parts = [`${script} | tee log`, `(${script}); echo done`, `sh -c "cd app; npm test -- --grep 'a b'"`];
		for (const command of [...parts, `x=1 cd app\nnpm   test -- --grep "a b" 2>&1`, `out=$(${script})`]) {
			assert.is(runsScript(script)(command).detail, 'the command as a whole part of a longer one', command);
		}
	});

	test('takes no part of a command, no text and no other order', () => {
		for (const command of [
			'npm test -- --grep',
			`echo "${script}"`,
			`echo '; ${script}'`,
			`${script} more`,
			'cd app && npm test -- --grep a b',
			`# ${script}`,
			'npm test -- --grep "a b" && cd app',
			'',
		]) {
			assert.not(runsScript(script)(command).isMatch, command);
		}
		assert.not(runsScript('')('ls').isMatch);
	});
});

describe('runsVerify()', ({ test }) => {
	test('knows verify however it is called', () => {
		for (const command of [
			'verify a.md',
			'npx verify prompts/*.md --json | tail -n 1',
			'npx -y verify run a.md',
			'cd x; timeout 60 node ./dist/verify.js a.md',
			'/usr/bin/verify a.md',
			'npm run verify',
			`bash -lc 'verify a.md'`,
			'CI=1 env A=b verify a.md',
		]) {
			assert.ok(runsVerify(command).isMatch, command);
		}
	});

	test('knows what is no run', () => {
		for (const command of [
			'verify find MARKER_x',
			'npx verify confirm',
			'verify report latest',
			'echo verify a.md',
			'cat verify',
			'git verify-commit HEAD',
			'grep verify log',
			'(',
		]) {
			assert.not(runsVerify(command).isMatch, command);
		}
	});
});

describe('carriesMarker()', ({ test }) => {
	const carries = carriesMarker(MARKER);

	test('wants the marker and some work', () => {
		assert.ok(carries(`npm test -- --tag ${MARKER}`).isMatch);
		assert.ok(carries(`npm test && echo ${MARKER}`).isMatch);
		assert.ok(carries('sh run.sh "$VERIFY_MARKER"').isMatch);
	});

	test('takes no echo, and no command without it', () => {
		assert.is(carries(`echo ${MARKER}`).detail, 'only an echo of the marker');
		assert.is(carries(`cd x && printf '%s' "$VERIFY_MARKER"; true`).detail, 'only an echo of the marker');
		assert.is(carries('npm test').detail, 'a command that was not given the marker');
	});
});

describe('findAgentStart()', ({ test }) => {
	test('finds agents behind what runs them', () => {
		for (const script of [
			`claude -p 'do {{marker}}'`,
			'npx @anthropic-ai/claude-code@2 -p x',
			'cat in.txt | timeout 90 /opt/bin/claude -p --output-format json',
			'A=1 env B=2 claude -p x',
			`sh -c 'claude -p x'`,
		]) {
			assert.is(findAgentStart(script)?.format.name, 'claude-code', script);
		}
		assert.is(findAgentStart('codex exec "do it"')?.format.name, 'codex');
	});

	test('tells whether the session may be of another folder', () => {
		assert.is(findAgentStart('cd app && claude -p x')?.isElsewhere, true);
		assert.is(findAgentStart('claude -p x; cd app')?.isElsewhere, false);
	});

	test('finds none where one is only mentioned', () => {
		for (const script of ['echo claude', 'ls claude', 'which claude', 'npm test', '# claude -p x', '(', '']) {
			assert.is(findAgentStart(script), null, script);
		}
	});
});
