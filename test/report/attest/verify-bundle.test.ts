import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { PromptResult } from '../../../src/core/events.ts';
import type { Outcome } from '../../../src/core/outcomes.ts';
import { nodeSignatures } from '../../../src/host/node-signatures.ts';
import { createNodeSigner } from '../../../src/host/node-signer.ts';
import { formatBundle, parseBundle } from '../../../src/report/attest/bundle.ts';
import { buildStatements, STEPS_TYPE, type Statement, TEST_RESULT_TYPE } from '../../../src/report/attest/statement.ts';
import { verifyBundle } from '../../../src/report/attest/verify-bundle.ts';
import type { RunRecord } from '../../../src/report/run-record.ts';
import { check } from '../../helpers/check.ts';
import { aPrompt, aStep } from '../../helpers/results.ts';
import { describe } from '../../helpers/suite.ts';

const DIGEST = { verified: 'a'.repeat(64), left: 'b'.repeat(64), steps: ['5'.repeat(64)] };

const aRun = (prompts: readonly PromptResult[], changes: Partial<RunRecord> = {}): RunRecord => ({
	schemaVersion: 1,
	run: '0199-r',
	tool: 'tenfold 0.1.0',
	startedAt: '2026-01-01T00:00:00.000Z',
	finishedAt: '2026-01-01T00:00:01.000Z',
	executor: { kind: 'embedded', url: null, version: '1.0.0' },
	evidenceNeeded: 'bound',
	transcript: null,
	jobs: 1,
	verdict: 'passed',
	exitCode: 0,
	totals: null,
	prompts,
	warnings: [],
	...changes,
});

const statementsOf = (run: RunRecord): readonly [Statement, Statement] => {
	const statements = buildStatements(run, 'c'.repeat(64));
	if (statements === null) throw new Error('No statements');
	return statements;
};
const digested = (changes: Partial<PromptResult> = {}): PromptResult => aPrompt({ digests: DIGEST, ...changes });

describe('buildStatements()', ({ test }) => {
	test('makes one statement for each predicate, both about the prompts as they were verified', () => {
		const [result, steps] = statementsOf(aRun([digested()]));
		const subject = [{ name: 'prompts/deploy.md', digest: { sha256: DIGEST.verified } }];
		assert.equal(result.subject, subject);
		assert.equal(steps.subject, subject);
		assert.equal([result.predicateType, steps.predicateType], [TEST_RESULT_TYPE, STEPS_TYPE]);
		assert.equal(result.predicate, {
			result: 'PASSED',
			configuration: [
				{
					name: 'run.json',
					digest: { sha256: 'c'.repeat(64) },
					annotations: { run: '0199-r', evidenceNeeded: 'bound' },
				},
				{ name: 'executor', uri: 'pkg:npm/tenfold@0.1.0', annotations: { kind: 'embedded', version: '1.0.0' } },
			],
			passedTests: ['prompts/deploy.md step 3: start the server'],
			warnedTests: [],
			failedTests: [],
		});
	});
	test('tells of each step what credit follows, and how it is known', () => {
		const [, { predicate }] = statementsOf(aRun([digested()]));
		const [prompt] = predicate.prompts as unknown as readonly Record<string, unknown>[];
		assert.equal([prompt?.sha256, prompt?.sha256After], [DIGEST.verified, DIGEST.left]);
		const [step] = prompt?.steps as readonly Record<string, unknown>[];
		assert.is(step?.digest, DIGEST.steps[0]);
		const [attempt] = step?.attempts as readonly Record<string, unknown>[];
		assert.equal([attempt?.execution, attempt?.marker, attempt?.evidence], ['0199-e', 'MARKER_m', 'bound']);
	});
	test('calls nothing passed that is not, whatever the outcome and the exit code', () => {
		const outcomes: Outcome[] = ['failed', 'flaky', 'unproven', 'infra', 'refused', 'aborted'];
		for (const outcome of outcomes) {
			const [{ predicate }] = statementsOf(aRun([digested({ steps: [aStep(), aStep({ number: 4, outcome })] })]));
			assert.is(predicate.result, 'FAILED', outcome);
			assert.equal(predicate.failedTests, ['prompts/deploy.md step 4: start the server']);
			assert.equal(predicate.passedTests, ['prompts/deploy.md step 3: start the server']);
		}
		const [skippedOnly] = statementsOf(aRun([digested({ steps: [aStep({ outcome: 'skipped' })] })]));
		assert.is(skippedOnly.predicate.result, 'FAILED');
		const [interrupted] = statementsOf(aRun([digested()], { exitCode: 130, verdict: 'interrupted' }));
		assert.is(interrupted.predicate.result, 'FAILED');
	});
	test('attests nothing of an unfinished run, nor of prompts without digests', () => {
		assert.is(buildStatements(aRun([digested()], { exitCode: null }), ''), null);
		assert.is(buildStatements(aRun([digested(), aPrompt()]), ''), null);
		assert.is(buildStatements(aRun([]), ''), null);
	});
	test('holds no command and no output, which may hold secrets', () => {
		const step = aStep({ command: 'curl -H "token: hunter2"' });
		const secret = {
			...step,
			attempts: step.attempts.map((one) => ({ ...one, output: { ...one.output, head: 'hunter2' } })),
		};
		assert.not.match(formatBundle(statementsOf(aRun([digested({ steps: [secret] })])), null), 'hunter2');
	});
});

describe('parseBundle()', ({ test }) => {
	test('reads what formatBundle() wrote, signed or not', () => {
		const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
		check(
			fc.property(names, fc.boolean(), (file, isSigned) => {
				const statements = statementsOf(aRun([digested({ file, steps: [aStep({ file })] })]));
				const lines = parseBundle(formatBundle(statements, isSigned ? createNodeSigner() : null));
				assert.equal(
					lines.map(({ statement }) => statement),
					[...statements],
				);
				assert.equal(
					lines.map(({ envelope }) => envelope !== null),
					[isSigned, isSigned],
				);
			}),
			{ numRuns: 30 },
		);
	});
	test('reads an envelope that was written over several lines', () => {
		const [line = ''] = formatBundle(statementsOf(aRun([digested()])), createNodeSigner()).split('\n');
		const [read] = parseBundle(JSON.stringify(JSON.parse(line), null, '\t'));
		assert.is(read?.statement?.predicateType, TEST_RESULT_TYPE);
	});
	test('takes any text without throwing', () => {
		check(
			fc.property(fc.string({ maxLength: 200 }), fc.jsonValue(), (text, json) => {
				parseBundle(text);
				parseBundle(`${text}\n${JSON.stringify(json)}\n`);
			}),
		);
	});
});

describe('verifyBundle()', ({ test }) => {
	const signer = createNodeSigner();
	const bundle = (): string => formatBundle(statementsOf(aRun([digested()])), signer);
	const ask = (
		text: string,
		publicKey: string | null,
		digest: string | null = DIGEST.verified,
		steps: ReadonlyMap<number, string> | null = null,
	): readonly string[] =>
		verifyBundle(parseBundle(text), { publicKey, digestOf: () => digest, stepsOf: () => steps }, nodeSignatures).map(
			({ line, name, answer, detail }) => `${line} ${name} ${answer} ${detail}`,
		);
	const isWrong = (answers: readonly string[]): boolean => answers.some((answer) => / wrong /.test(answer));

	test('says each check', () => {
		const answers = ask(bundle(), signer.publicKey());
		assert.equal(
			answers.map((answer) => answer.split(' ').slice(0, 3).join(' ')),
			[
				'1 statement ok',
				'1 signature ok',
				'1 prompts/deploy.md ok',
				'2 statement ok',
				'2 signature ok',
				'2 prompts/deploy.md ok',
			],
		);
	});
	test('knows the file as the run left it, and names one that was changed or is gone', () => {
		assert.match(ask(bundle(), null, DIGEST.left).join('\n'), 'as the run left it with its counts');
		assert.match(ask(bundle(), null, 'd'.repeat(64)).join('\n'), 'wrong it was changed since');
		assert.match(ask(bundle(), null, null).join('\n'), 'wrong there is no such file here');
	});
	test('says whether a change of the file touched its steps', () => {
		const asWas = ask(bundle(), null, 'd'.repeat(64), new Map([[3, DIGEST.steps[0] ?? '']]));
		assert.match(asWas.join(), 'wrong it was changed since, its steps are as they were verified: sha256');
		const other = ask(bundle(), null, 'd'.repeat(64), new Map([[3, 'x']]));
		assert.match(other.join(), 'wrong it was changed since, also step 3: sha256');
	});
	test('takes a predicate of ours with anything in it', () => {
		check(
			fc.property(fc.jsonValue(), fc.jsonValue(), (prompts, steps) => {
				const [, statement] = statementsOf(aRun([digested()]));
				const known = { file: 'prompts/deploy.md', sha256: DIGEST.verified, steps };
				for (const value of [prompts, [known], [known, prompts]]) {
					const text = JSON.stringify({ ...statement, predicate: { prompts: value } });
					assert.ok(isWrong(ask(text, null, 'd'.repeat(64), new Map())));
				}
			}),
		);
	});
	test('refuses another key, and what is not signed when a key is given', () => {
		assert.ok(isWrong(ask(bundle(), createNodeSigner().publicKey())));
		const plain = formatBundle(statementsOf(aRun([digested()])), null);
		assert.ok(isWrong(ask(plain, signer.publicKey())));
		assert.not.ok(isWrong(ask(plain, null)));
		assert.match(ask(bundle(), null).join('\n'), 'not checked: give --public-key');
	});
	test('finds any change to a signed payload', () => {
		const [line = ''] = bundle().split('\n');
		const envelope = JSON.parse(line) as { payload: string };
		const payload = Buffer.from(envelope.payload, 'base64').toString();
		check(
			fc.property(fc.nat({ max: payload.length - 1 }), fc.constantFrom('x', '0', '"', ' '), (at, letter) => {
				const changed = payload.slice(0, at) + letter + payload.slice(at + 1);
				if (changed === payload) return;
				const text = JSON.stringify({ ...envelope, payload: Buffer.from(changed).toString('base64') });
				assert.ok(isWrong(ask(text, signer.publicKey())), changed);
			}),
		);
	});
	test('is not talked into another digest by a line that nobody signed', () => {
		const [, steps] = statementsOf(aRun([digested({ digests: { ...DIGEST, left: 'e'.repeat(64) } })]));
		const text = `${bundle().split('\n')[0]}\n${JSON.stringify(steps)}\n`;
		assert.ok(isWrong(ask(text, signer.publicKey(), 'e'.repeat(64))));
	});
	test('leaves alone what other tools attest, and refuses a file that holds nothing of ours', () => {
		const other = JSON.stringify({ payloadType: 'text/plain', payload: 'aGk=', signatures: [] });
		assert.not.ok(isWrong(ask(`${bundle()}${other}\n`, signer.publicKey())));
		assert.ok(isWrong(ask(other, null)));
		assert.ok(isWrong(ask('', null)));
		assert.ok(isWrong(ask('{ torn', null)));
	});
});
