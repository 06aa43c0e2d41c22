import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatCanonicalJson } from '../../src/core/canonical-json.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { createContentWriter, digestStep, stepContent } from '../../src/prompt/step-digest.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

/** What a document is made of: everything that may and everything that must not change the digest of its first step. */
interface Parts {
	readonly frontMatter: readonly string[];
	readonly title: string;
	readonly counts: string;
	readonly prose: string;
	readonly blanks: number;
	readonly name: string;
	readonly goal: string;
	readonly language: string;
	readonly command: string;
	readonly expected: string;
	readonly directives: readonly string[];
	readonly others: readonly string[];
	readonly implementation: string;
}

const PLAIN: Parts = {
	frontMatter: [],
	title: 'Deploy',
	counts: '3:1',
	prose: 'Some words.',
	blanks: 0,
	name: 'Build it',
	goal: 'It is built.',
	language: 'bash',
	command: 'make all',
	expected: 'done',
	directives: [],
	others: [],
	implementation: 'print("one")',
};

const write = (parts: Parts): string =>
	[
		...(parts.frontMatter.length === 0
			? []
			: ['---', 'verify:', ...parts.frontMatter.map((line) => `  ${line}`), '---']),
		`# ${parts.title}`,
		'',
		'## 📊 TASK METRICS & HISTORY',
		`- **Success/Failure Ratio**: ${parts.counts} (Requires 10:1 to graduate)`,
		'',
		parts.prose,
		...Array.from({ length: parts.blanks }, () => ''),
		'',
		`### Step 1: ${parts.name}`,
		`**Goal**: ${parts.goal}`,
		'',
		'**Command**:',
		`\`\`\`${parts.language}`,
		parts.command,
		'```',
		...parts.directives.map((line) => `- ${line}`),
		'',
		`**Expected**: \`${parts.expected}\``,
		'',
		...parts.others.flatMap((command, index) => [`### Step ${index + 2}: Other`, `**Command**: \`${command}\``, '']),
		'## Implementation',
		'```python',
		parts.implementation,
		'```',
		'',
	].join('\n');

const digestOf = (source: string): string => {
	const prompt = parsePrompt(source);
	const [step] = prompt.steps;
	if (step === undefined) throw new Error(`No step in:\n${source}`);
	return digestStep(prompt, step, nodeHashes);
};

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,12}$/);
const words = fc.array(word, { minLength: 1, maxLength: 4 }).map((list) => list.join(' '));
/** What stands around a step and is none of its content. */
const surroundings = fc.record({
	title: words,
	counts: fc.tuple(fc.nat({ max: 999 }), fc.nat({ max: 99 })).map(([success, failure]) => `${success}:${failure}`),
	prose: words,
	blanks: fc.nat({ max: 5 }),
	name: words,
	goal: words,
	others: fc.array(words, { maxLength: 3 }),
});

describe('createContentWriter()', ({ test }) => {
	test('writes what the digest is of, for all steps of a prompt', () => {
		check(
			fc.property(surroundings, words, (around, implementation) => {
				const prompt = parsePrompt(write({ ...PLAIN, ...around, implementation }));
				const writeContent = createContentWriter(prompt);
				for (const step of prompt.steps) {
					assert.is(writeContent(step), formatCanonicalJson(stepContent(prompt, step)));
					assert.is(nodeHashes.sha256(writeContent(step)), digestStep(prompt, step, nodeHashes));
				}
			}),
			{ numRuns: 30 },
		);
	});
});

describe('digestStep()', ({ test }) => {
	test('does not see name, goal, counts, prose, blank lines, places and other steps', () => {
		check(
			fc.property(surroundings, surroundings, words, (one, other, command) => {
				const digest = digestOf(write({ ...PLAIN, ...one, command }));
				assert.is(digestOf(write({ ...PLAIN, ...other, command })), digest);
			}),
			{ numRuns: 60 },
		);
	});

	test('sees each part that can change the verdict', () => {
		const changes: readonly Partial<Parts>[] = [
			{},
			{ command: 'make  all' },
			{ language: 'zsh' },
			{ expected: 'Done' },
			{ expected: '/done/' },
			{ implementation: 'print("two")' },
			...[
				'**Timeout**: 7s',
				'**Stall**: 7s',
				'**Working Directory**: sub',
				'**Env**: `A=1`',
				'**Env**: `A=2`',
				'**Exit Code**: 3',
				'**Error Patterns**: `boom`',
				'**Error Patterns**: none',
				'**Match**: lines',
				'**Match**: stderr',
				'**Retries**: 2',
				'**Background**: yes',
				'**Ready When**: `up`',
				'**Requires**: `git`',
				'**Platform**: linux',
			].map((line) => ({ directives: [line] })),
			...['shell: bash', 'setup: "true"', 'setup: ls', 'requires: jq', 'timeout: 9s'].map((line) => ({
				frontMatter: [line],
			})),
		];
		const digests = changes.map((change) => digestOf(write({ ...PLAIN, ...change })));
		assert.is(new Set(digests).size, changes.length);
	});

	test('depends on the text of commands, expectations and implementations, whatever it is', () => {
		const field = fc.constantFrom('command' as const, 'expected' as const, 'implementation' as const);
		check(
			fc.property(field, words, words, (name, one, other) => {
				const digests = [one, other].map((text) => digestOf(write({ ...PLAIN, [name]: text })));
				assert.is(digests[0] === digests[1], one === other);
			}),
			{ numRuns: 60 },
		);
	});

	test('takes a directive from the front matter as it takes the step’s own', () => {
		const own = digestOf(write({ ...PLAIN, directives: ['**Timeout**: 7s', '**Env**: `A=1`'] }));
		assert.is(digestOf(write({ ...PLAIN, frontMatter: ['timeout: 7s', 'env: { A: "1" }'] })), own);
		const both = write({ ...PLAIN, directives: ['**Timeout**: 7s', '**Env**: `A=1`'], frontMatter: ['timeout: 9s'] });
		assert.is(digestOf(both), own);
	});

	test('is not changed by what settles nothing for a step', () => {
		const plain = digestOf(write(PLAIN));
		for (const line of ['teardown: ls', 'count: run', 'stop: never']) {
			assert.is(digestOf(write({ ...PLAIN, frontMatter: [line] })), plain, line);
		}
	});

	test('exists for halves of surrogate pairs and for endless durations too', () => {
		const source = write({ ...PLAIN, frontMatter: ['env: { A: "\\ud800" }', 'setup: "echo \\udc00"'] });
		assert.match(digestOf(source), /^[0-9a-f]{64}$/);
		const endless = `**Timeout**: ${'9'.repeat(400)}s`;
		assert.match(digestOf(write({ ...PLAIN, directives: [endless] })), /^[0-9a-f]{64}$/);
	});

	test('stays what it was in the ledgers that are out there', () => {
		const prompt = parsePrompt(write({ ...PLAIN, directives: ['**Timeout**: 7s'] }));
		const [step] = prompt.steps;
		assert.is(
			step && formatCanonicalJson(stepContent(prompt, step)),
			'{"commands":[{"language":"bash","text":"make all"}],"directives":{"timeout_ms":7000},' +
				'"expectation":{"parts":[{"kind":"code","text":"done"}],"stream":"combined"},' +
				'"implementation":[{"language":"python","text":"print(\\"one\\")"}],"v":1}',
		);
	});
});
