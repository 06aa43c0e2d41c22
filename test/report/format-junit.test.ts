import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatJUnit } from '../../src/report/format-junit.ts';
import type { RunRecord } from '../../src/report/run-record.ts';
import { check } from '../helpers/check.ts';
import { anAttempt, aPrompt, aStep } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';

const record = (prompts: RunRecord['prompts']): RunRecord => ({
	schemaVersion: 1,
	run: 'r1',
	tool: 'tenfold test',
	startedAt: '2026-01-02T03:04:05.678Z',
	finishedAt: null,
	executor: { kind: 'embedded', url: null, version: '1' },
	evidenceNeeded: 'bound',
	transcript: null,
	jobs: 1,
	verdict: 'failed',
	exitCode: 1,
	totals: null,
	prompts,
	warnings: [],
});
const printing = (head: string) =>
	aStep({ attempts: [anAttempt({ output: { ...anAttempt().output, bytes: head.length, head } })] });

describe('formatJUnit()', ({ test }) => {
	test('makes a suite of each prompt and keeps failure, error and skipped apart', () => {
		const steps = [
			aStep({ number: 1 }),
			aStep({ number: 2, outcome: 'failed', reason: 'stall' }),
			aStep({ number: 3, outcome: 'flaky', reason: 'mismatch' }),
			aStep({ number: 4, outcome: 'infra', reason: 'executor-lost' }),
			aStep({
				number: 5,
				outcome: 'skipped',
				reason: 'earlier-failure',
				detail: 'Step 2 failed before it',
				attempts: [],
			}),
		];
		const xml = formatJUnit(record([aPrompt({ steps })]));
		assert.match(
			xml,
			'<testsuite name="prompts/deploy.md" file="prompts/deploy.md" timestamp="2026-01-02T03:04:05" time="0.020" tests="5" failures="2" errors="1" skipped="1">',
		);
		assert.match(xml, '<testcase name="2 start the server" classname="prompts/deploy.md" time="0.012"');
		assert.match(xml, 'type="failed.stall"');
		assert.match(xml, 'type="infra.executor-lost"');
		assert.match(xml, '<skipped message="Step 2 failed before it"/>');
	});
	test('holds no character that XML 1.0 forbids, and no markup from outside', () => {
		check(
			fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 }), (head, name) => {
				const xml = formatJUnit(
					record([aPrompt({ steps: [{ ...printing(`${head}\ud800]]><x a="`), name: `${name}"<&` }] })]),
				);
				assert.not.match(xml, /[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
				assert.not.match(xml, /<x|[\ud800-\udbff](?![\udc00-\udfff])/);
			}),
		);
	});
	test('is read by a strict parser, with 1 MB of hostile output', () => {
		const xml = formatJUnit(record([aPrompt({ steps: [printing('\u001b[31m<&>"\0😀\u202e]]>\n'.repeat(60_000))] })]));
		const parsed = spawnSync(
			'python3',
			[
				'-c',
				'import sys, xml.dom.minidom; d = xml.dom.minidom.parse(sys.stdin.buffer); print(len(d.getElementsByTagName("testcase")))',
			],
			{ input: xml },
		);
		// A machine without Python has the property test above.
		if (parsed.error === undefined) assert.is(parsed.stdout.toString().trim(), '1', parsed.stderr.toString());
	});
});
