import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatFindingAnnotations } from '../../../src/report/ci/annotation-lines.ts';
import { cleanText } from '../../../src/report/ci/clean-text.ts';
import { formatAnnotations } from '../../../src/report/ci/format-annotations.ts';
import { formatWorkflowCommand } from '../../../src/report/ci/workflow-command.ts';
import { check } from '../../helpers/check.ts';
import { hostileText } from '../../helpers/hostile-text.ts';
import { aFailedStep, aHostilePrompt, aRecord } from '../../helpers/records.ts';
import { aPrompt, aStep } from '../../helpers/results.ts';
import { commandsIn, readCommand } from '../../helpers/runner-grammar.ts';
import { describe } from '../../helpers/suite.ts';

describe('formatAnnotations()', ({ test }) => {
	test('says of a step what differs first and what to do next', () => {
		const [line = '', ...others] = formatAnnotations(aRecord([aPrompt({ steps: [aStep(), aFailedStep()] })]));
		assert.equal(others, []);
		assert.equal(readCommand(line), {
			name: 'error',
			properties: {
				file: 'prompts/deploy.md',
				line: '42',
				endLine: '42',
				title: 'step 3 "start the server" mismatch',
			},
			data: 'Line 2 differs\nexpected  line 2: listening\nactual    line 2: EADDRINUSE\nnext      verify prompts/deploy.md --step 3',
		});
	});
	test('names files from the root of the repository', () => {
		const [line = ''] = formatAnnotations(aRecord([aPrompt({ steps: [aFailedStep()] })]), {
			toRepositoryPath: (file) => `docs/${file}`,
		});
		assert.is(readCommand(line)?.properties.file, 'docs/prompts/deploy.md');
	});
	test('makes a warning of a step without verdict, nothing of one that did not run', () => {
		const steps = [
			aStep({ outcome: 'skipped' }),
			aStep({ outcome: 'infra', reason: 'executor-lost' }),
			aStep({ outcome: 'aborted' }),
			aStep({ outcome: 'unproven', reason: 'no-marker' }),
		];
		const names = formatAnnotations(aRecord([aPrompt({ steps })])).map((line) => readCommand(line)?.name);
		assert.equal(names, ['error', 'warning']);
	});
	test('writes at most ten, the worst first, the tenth saying how many more there are', () => {
		const many = (count: number, step = aFailedStep()) =>
			aRecord([aPrompt({ steps: [aStep({ outcome: 'infra' }), ...Array.from({ length: count }, () => step)] })]);
		assert.is(formatAnnotations(many(9)).length, 10);
		assert.is(readCommand(formatAnnotations(many(9))[9] ?? '')?.name, 'warning');
		const lines = formatAnnotations(many(1000));
		assert.is(lines.length, 10);
		assert.match(readCommand(lines[9] ?? '')?.data ?? '', /^992 more of 1001 steps did not pass/);
	});
	test('is one command a line by the grammar of the runner, whatever the record holds', () => {
		check(
			fc.property(hostileText(), (text) => {
				const lines = formatAnnotations(aRecord([aHostilePrompt(text)]));
				assert.is(lines.length, 5);
				for (const line of lines) {
					const [command, ...others] = commandsIn(line);
					assert.equal(others, []);
					assert.ok(command && ['error', 'warning'].includes(command.name));
					assert.equal(
						Object.keys(command.properties).filter((key) => !['file', 'line', 'endLine', 'title'].includes(key)),
						[],
					);
					assert.is(command.properties.line, '42');
					assert.ok(line.length < 8000 && command.data.length <= 4096);
				}
			}),
		);
	});
});

describe('formatFindingAnnotations()', ({ test }) => {
	test('puts errors first and gives columns within one line only', () => {
		const finding = { file: 'a.md', line: 3, column: 2, ruleId: 'bad-regex', message: 'It is bad' };
		const lines = formatFindingAnnotations([
			{ ...finding, severity: 'info', end: { line: 4, column: 1 } },
			{ ...finding, severity: 'error', end: { line: 3, column: 9 } },
		]);
		assert.equal(lines, [
			'::error file=a.md,line=3,endLine=3,col=2,endColumn=9,title=bad-regex::It is bad',
			'::notice file=a.md,line=3,endLine=3,title=bad-regex::It is bad',
		]);
	});
});

describe('formatWorkflowCommand()', ({ test }) => {
	test('is read back as it was meant', () => {
		check(
			fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme', minLength: 1 }), (data, title) => {
				const command = readCommand(formatWorkflowCommand('notice', { title, line: 7, file: undefined }, data));
				// Characters that nobody sees are spelled out.
				const meant = { title: cleanText(title), line: '7' };
				assert.equal(command, { name: 'notice', properties: meant, data: cleanText(data) });
			}),
		);
	});
});
