import * as assert from 'uvu/assert';
import { carriesMarker, runsVerify } from '../../../src/transcript/agents/command-matchers.ts';
import { findAgentStart } from '../../../src/transcript/agents/find-agent-start.ts';
import { commandsIn } from '../../../src/transcript/agents/shell-commands.ts';
import { describe } from '../../helpers/suite.ts';

const MARKER = 'MARKER_step_1763720000_0123456789ABCDEFGHJKMNPQRS';

describe('commandsIn()', ({ test }) => {
	const words = ['npm', 'test', '--', '--grep', 'a b'];
	const script = `npm test -- --grep 'a b'`;

	test('finds a command wherever one may stand', () => {
		for (const line of [
			script,
			`cd app && ${script} | tee log`,
			`(${script}); echo done`,
			`sh -c "cd app; npm test -- --grep 'a b'"`,
			`x=1 npm   test -- --grep "a b" 2>&1`,
			`out=$(${script})`,
		]) {
			assert.ok(
				commandsIn(line)?.some((found) => found.join('\n') === words.join('\n')),
				line,
			);
		}
	});

	test('finds none in a text or a remark, and nothing in what cannot be parsed', () => {
		for (const line of [`echo "${script}"`, `echo '; ${script}'`, `# ${script}`, '']) {
			assert.not(
				commandsIn(line)?.some(([name]) => name === 'npm'),
				line,
			);
		}
		assert.is(commandsIn('if then $(('), null);
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
