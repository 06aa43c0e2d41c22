import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { PromptResult } from '../../src/core/events.ts';
import { createMarker, createRunId } from '../../src/core/ids.ts';
import { digestRunResults, formatRunProof, parseRunProof, type RunProof } from '../../src/core/run-proof.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { nodeRandom } from '../../src/host/node-random.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const proof: RunProof = {
	run: createRunId(nodeClock, nodeRandom),
	marker: createMarker('run', nodeClock, nodeRandom),
	results: 'd'.repeat(64),
};

describe('parseRunProof()', ({ test }) => {
	test('reads what formatRunProof() wrote', () => {
		assert.equal(parseRunProof(formatRunProof(proof)), proof);
	});

	test('stands in JSON as it is', () => {
		assert.is(JSON.stringify(formatRunProof(proof)), `"${formatRunProof(proof)}"`);
	});

	test('never takes a changed line for the same proof', () => {
		const line = formatRunProof(proof);
		check(
			fc.property(fc.nat(line.length - 1), fc.constantFrom('', '!', ' ', '\n', 'Z'), (at, put) => {
				fc.pre(line[at] !== put);
				assert.not.equal(parseRunProof(line.slice(0, at) + put + line.slice(at + 1)), proof, `${at} ${put}`);
			}),
		);
	});

	test('refuses a line with anything before or behind it', () => {
		const line = formatRunProof(proof);
		for (const other of [` ${line}`, `${line}\n`, `${line} `, `$ ${line}`, '']) assert.is(parseRunProof(other), null);
	});
});

const result = (file: string, exitCode: number): PromptResult => ({
	file,
	title: null,
	outcome: 'passed',
	steps: [
		{
			file,
			number: 1,
			name: 'n',
			line: 3,
			command: 'true \ud83d\ude00',
			outcome: 'passed',
			reason: null,
			detail: null,
			checkedBy: 'output',
			evidenceNeeded: 'bound',
			attempts: [
				{
					number: 1,
					executionId: 'x',
					marker: 'm',
					outcome: 'passed',
					reason: null,
					exitCode,
					signal: null,
					durationMs: 5,
					interruption: null,
					mismatch: null,
					output: {
						bytes: 0,
						droppedBytes: 0,
						sha256: 'e'.repeat(64),
						head: '',
						tail: '',
						stderrLines: 0,
						file: null,
					},
					evidence: 'bound',
					evidenceChecks: [],
					evidenceSource: null,
					leaked: [],
					detail: null,
				},
			],
			durationMs: 5,
		},
	],
	counts: {
		before: null,
		after: null,
		added: { success: 1, failure: 0 },
		write: 'no-metrics',
		detail: null,
		stage: null,
	},
	durationMs: 6,
	warnings: [],
});

describe('digestRunResults()', ({ test }) => {
	const digest = (...prompts: readonly PromptResult[]): string => digestRunResults(prompts, nodeHashes);

	test('is the same in any order of prompts and after a way through JSON', () => {
		const prompts = [result('a.md', 0), result('b.md', 0)];
		assert.is(digest(...prompts), digest(...prompts.toReversed()));
		assert.is(digest(...prompts), digest(...(JSON.parse(JSON.stringify(prompts)) as PromptResult[])));
	});

	test('changes with a result, a prompt, or their number', () => {
		const digests = [
			digest(),
			digest(result('a.md', 0)),
			digest(result('a.md', 1)),
			digest(result('b.md', 0)),
			digest(result('a.md', 0), result('a.md', 0)),
		];
		assert.is(new Set(digests).size, digests.length);
	});
});
