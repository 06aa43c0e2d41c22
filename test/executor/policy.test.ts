import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type CommandPolicy, policyOfNames, readCommandPolicy } from '../../src/executor/policy/command-policy.ts';
import { createCommandJudge } from '../../src/executor/policy/judge-command.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const policy = (given: Partial<CommandPolicy>): CommandPolicy => ({
	...readCommandPolicy('{}', 'test'),
	...given,
});
const judgeOf = (given: Partial<CommandPolicy>) =>
	createCommandJudge(policy(given), { folders: ['/usr/bin', '/bin'] }).judge;

const readTable = (name: string): string[] => JSON.parse(readFileSync(`test/fixtures/policy/${name}.json`, 'utf8'));

const allowsLs = judgeOf({ allow: ['ls', 'cat', 'git status', 'find', 'npm test'] });
const deniesRm = judgeOf({ allow: ['**', 'git'], deny: ['rm', 'git push', 'dd if=/dev/zero'] });

const ALLOWED = readTable('allowed');

/** Each tries to run `rm` (or what `rm` could stand for) where only others are allowed. */
const BYPASSES = readTable('refused');

describe('createCommandJudge() with rules that allow', ({ test }) => {
	for (const text of ALLOWED) test(`lets through: ${text}`, () => assert.is(allowsLs(text), null));
	for (const text of BYPASSES) test(`refuses: ${JSON.stringify(text)}`, () => assert.type(allowsLs(text), 'string'));

	test('says what is refused', () => {
		assert.is(allowsLs('ls; rm x'), 'rm is not allowed');
		assert.match(allowsLs('echo "') ?? '', /cannot be parsed/);
	});
	test('refuses at once what is nested without end', () => {
		for (const piece of ['(', '$(', '{ ', '"$(', '`', 'sh -c "', 'eval ', 'if ', '$\u007bx:-', 'env ']) {
			assert.type(allowsLs(piece.repeat(20_000)), 'string', piece);
		}
	});
	test('needs two words for a shell, one for an interpreter', () => {
		const judge = judgeOf({ allow: ['sh', 'bash ./build.sh', 'python3'] });
		assert.type(judge('sh x.sh'), 'string');
		assert.type(judge('bash ./other.sh'), 'string');
		assert.is(judge('bash ./build.sh --fast'), null);
		assert.is(judge('python3 x.py'), null);
	});
	test('lets scripts set the variables and write the files that the policy names', () => {
		const judge = judgeOf({ allow: ['ls'], env: ['CI_*', '*'], writes: true });
		assert.is(judge('CI_X=1 ls > out.txt'), null);
		assert.type(judge('PATH=/tmp ls'), 'string');
		assert.type(judge('LD_PRELOAD=x ls'), 'string');
	});
});

describe('createCommandJudge() with rules that deny', ({ test }) => {
	for (const text of ['ls', 'git pull', './build.sh', 'dd if=/dev/null', 'mv a b']) {
		test(`lets through: ${text}`, () => assert.is(deniesRm(text), null));
	}
	const refused = [
		'rm',
		'/bin/rm',
		'./rm',
		'x; rm y',
		'git push -f',
		'git $x',
		'git $x origin',
		'dd "$x"',
		'python3 x',
	];
	for (const text of refused) test(`refuses: ${text}`, () => assert.type(deniesRm(text), 'string'));
});

describe('readCommandPolicy()', ({ test }) => {
	const reject = (text: string): string => {
		try {
			readCommandPolicy(text, 'p.json');
		} catch (error) {
			return String(error);
		}
		throw new Error('It was taken');
	};
	test('refuses what it does not know', () => {
		assert.match(reject('{'), /p\.json: it is not JSON/);
		assert.match(reject('{"alow": []}'), /p\.json: alow/);
		assert.match(reject('{"allow": [" "]}'), /allow\.0/);
		assert.match(reject('[]'), /p\.json/);
	});
	test('policyOfNames() is the list of the first executor', () => {
		const { judge } = createCommandJudge(policyOfNames(['echo', 'bash', 'ls']), { folders: ['/bin'] });
		assert.is(judge('/bin/ls > x'), null);
		assert.type(judge("bash -c 'rm x'"), 'string');
		assert.type(judge('echo x; rm x'), 'string');
		assert.type(judge('echofoo'), 'string');
	});
});

/** Shell text out of pieces that mean something, so that many of them parse. */
const PIECES = [
	'ok',
	'bad',
	'ok bad',
	' ',
	' ',
	';',
	'\n',
	'&&',
	'|',
	'&',
	'(',
	')',
	'{ ',
	'; }',
	'$(',
	'`',
	'"',
	"'",
	'\\',
	'\\\n',
];
const MORE = [
	'<<E\n',
	'\nE\n',
	'$',
	`$\{x:-`,
	'}',
	'!',
	'((',
	'))',
	'$((',
	'=',
	'x=',
	'#',
	'*',
	'<',
	'>&2',
	'if ',
	' then ',
	' fi ',
	'eval ',
];
const WORDS = [
	'sh -c ',
	'env ',
	'exec ',
	'command ',
	'x',
	'@',
	'[',
	']',
	'[[ ',
	'case x in ',
	' esac',
	';;',
	'()',
	'for x in ',
	'do ',
	'done',
	'~',
	'-',
	'{',
	',',
];
const script = fc
	.array(fc.constantFrom(...PIECES, ...PIECES, ...MORE, ...WORDS), { minLength: 1, maxLength: 14 })
	.map((pieces) => pieces.join(''));

describe('createCommandJudge() against real shells', ({ test }) => {
	test('never throws', () => {
		check(
			fc.property(fc.oneof(fc.string({ maxLength: 60 }), script), (text) => {
				const refusal = allowsLs(text);
				return refusal === null || refusal.length > 0;
			}),
			{ numRuns: 3000 },
		);
	});

	test('what it lets through never runs what it does not allow', async () => {
		await using folder = await createTempFolder();
		const programs = join(folder.path, 'bin');
		const trace = join(folder.path, 'bad-ran');
		mkdirSync(programs);
		writeFileSync(join(programs, 'ok'), '#!/bin/sh\n', { mode: 0o755 });
		writeFileSync(join(programs, 'bad'), `#!/bin/sh\n: > '${trace}'\n`, { mode: 0o755 });
		const { judge } = createCommandJudge(policy({ allow: ['ok'] }), { folders: [programs] });
		let ran = 0;
		check(
			fc.property(script, (text) => {
				if (judge(text) !== null || !text.includes('bad')) return;
				ran += 1;
				for (const shell of ['sh', 'bash']) {
					// A loop of its own making may run for ever; nothing it runs may be `bad`.
					spawnSync(`/bin/${shell}`, ['-c', text], {
						env: { PATH: programs },
						cwd: folder.path,
						timeout: 2000,
						stdio: 'ignore',
					});
					assert.not(existsSync(trace), `${shell} ran "bad" in ${JSON.stringify(text)}`);
				}
			}),
			{ numRuns: 15_000 },
		);
		assert.ok(ran > 50, `only ${ran} scripts were let through`);
	});
});
