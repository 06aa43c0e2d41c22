import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/commands.ts';
import { TOOLS } from '../../src/cli/mcp/server.ts';
import { describe } from '../helpers/suite.ts';
import { createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

const SKILL = readFileSync('templates/skill/verify/SKILL.md', 'utf8');

describe('the skill', ({ test, before, after }) => {
	let sandbox: Sandbox;
	before(() => {
		sandbox = createSandbox();
	});
	after(() => sandbox.remove());

	test('is written once, and never over another text', async () => {
		const first = await sandbox.verify('new', '--skill');
		assert.equal([first.code, first.stdout.trim()], [0, '.claude/skills/verify/SKILL.md']);
		assert.is(sandbox.read('.claude/skills/verify/SKILL.md'), SKILL);
		assert.is((await sandbox.verify('new', '--skill')).code, 0);
		sandbox.write('.claude/skills/verify/SKILL.md', 'my own');
		const refused = await sandbox.verify('new', '--skill');
		assert.is(refused.code, 2);
		assert.match(refused.stderr, /FILE_EXISTS/);
		assert.is(sandbox.read('.claude/skills/verify/SKILL.md'), 'my own');
		assert.is((await sandbox.verify('new', '--skill', 'other/place')).code, 0);
		assert.is(sandbox.read('other/place/SKILL.md'), SKILL);
	});

	test('has the front matter that agents look for, and stays short', () => {
		const [, head = ''] = SKILL.split(/^---$/m);
		const { name, description } = parse(head) as { name: string; description: string };
		assert.is(name, 'verify');
		assert.ok(description.length > 100 && description.length <= 1024, 'at most 1,024 characters');
		assert.ok(SKILL.split('\n').length < 80);
	});

	test('names commands and tools that exist', () => {
		const commands = [...SKILL.matchAll(/`verify ([a-z]+)\b/g)].map((match) => match[1] ?? '');
		const names = new Set<string>(COMMANDS.map(({ name }) => name));
		for (const command of commands.filter((word) => word !== 'prompts')) assert.ok(names.has(command), command);
		assert.ok(commands.includes('gate') && commands.includes('explain'));
		assert.equal([...new Set(SKILL.match(/verify_[a-z_]+/g))].sort(), TOOLS.map(({ name }) => name).sort());
	});
});
