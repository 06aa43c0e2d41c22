import * as assert from 'uvu/assert';
import type { ExecutionEnd } from '../../src/client/client.ts';
import type { Interruption } from '../../src/core/events.ts';
import type { Evidence } from '../../src/core/outcomes.ts';
import type { Verdict } from '../../src/expect/verdict.ts';
import type { EvidenceFinding } from '../../src/run/evidence-source.ts';
import { judgeAttempt } from '../../src/run/judge-attempt.ts';
import { weighEvidence } from '../../src/run/weigh-evidence.ts';
import { describe } from '../helpers/suite.ts';

const anEnd = (changes: Partial<ExecutionEnd> = {}): ExecutionEnd => ({
	exitCode: 0,
	signal: null,
	isCanceled: false,
	durationMs: 1,
	bytes: 3,
	droppedBytes: 0,
	sha256: 'aa',
	receivedSha256: 'aa',
	leaked: [],
	bracket: 'whole',
	reason: null,
	attestation: null,
	error: null,
	...changes,
});
const MATCH: Verdict = { isMatch: true, checkedBy: 'output', mismatch: null };
const MISMATCH: Verdict = { isMatch: false, reason: 'mismatch', checkedBy: 'output', mismatch: null };
const finding = (level: Evidence, changes: Partial<EvidenceFinding> = {}): EvidenceFinding => ({
	level,
	checks: [],
	reason: level === 'bound' ? null : 'no-bracket',
	source: 't.jsonl',
	...changes,
});
const judge = (given: {
	end?: ExecutionEnd;
	interruption?: Interruption;
	isReady?: boolean;
	verdict?: Verdict;
	level?: Evidence;
}) => {
	const { outcome, reason } = judgeAttempt(
		given.end ?? anEnd(),
		{ interruption: given.interruption ?? null, isReady: given.isReady ?? true },
		given.verdict ?? MATCH,
		{ finding: finding(given.level ?? 'bound'), needed: 'bound' },
	);
	return `${outcome} ${reason}`;
};

describe('judgeAttempt()', ({ test }) => {
	test('passes what matches and is proven', () => {
		assert.is(judge({}), 'passed null');
	});
	test('fails a proven mismatch with the reason of the verdict', () => {
		assert.is(judge({ verdict: MISMATCH }), 'failed mismatch');
		assert.is(judge({ verdict: { ...MISMATCH, reason: 'exit-code' } }), 'failed exit-code');
	});
	test('counts neither a pass nor a failure that is not proven', () => {
		assert.is(judge({ level: 'printed' }), 'unproven no-bracket');
		assert.is(judge({ level: 'none', verdict: MISMATCH }), 'unproven no-bracket');
	});
	test('fails what was cancelled, whatever it printed', () => {
		assert.is(judge({ interruption: { kind: 'timeout', limitMs: 1 } }), 'failed timeout');
		assert.is(judge({ interruption: { kind: 'stall', limitMs: 1, lastLine: null, lastLineAgeMs: 1 } }), 'failed stall');
	});
	test('never counts what the user interrupted', () => {
		assert.is(
			judge({ interruption: { kind: 'interrupted' }, verdict: MISMATCH, level: 'none' }),
			'aborted interrupted',
		);
	});
	test('fails a background step that never became ready', () => {
		assert.is(judge({ isReady: false }), 'failed not-ready');
		assert.is(judge({ isReady: false, interruption: { kind: 'timeout', limitMs: 1 } }), 'failed not-ready');
	});
	test('does not judge output of which bytes were dropped', () => {
		assert.is(judge({ end: anEnd({ droppedBytes: 1 }) }), 'failed truncated');
		assert.is(judge({ end: anEnd({ droppedBytes: 1 }), verdict: { ...MATCH, checkedBy: 'exit-code' } }), 'passed null');
	});
	test('names the check that failed', () => {
		const weak = finding('printed', { checks: [{ name: 'bracket', isOk: false, detail: 'the end is missing' }] });
		const { detail } = judgeAttempt(anEnd(), { interruption: null, isReady: true }, MATCH, {
			finding: weak,
			needed: 'bound',
		});
		assert.is(detail, 'Evidence is printed, needed is bound: bracket: the end is missing');
	});
});

describe('weighEvidence()', ({ test }) => {
	test('leaves a finding alone when the wire told a whole bracket', () => {
		assert.is(weighEvidence(finding('bound'), anEnd(), false).level, 'bound');
	});
	test('proves nothing without a bracket', () => {
		const weighed = weighEvidence(finding('bound'), anEnd({ bracket: 'none' }), false);
		assert.equal([weighed.level, weighed.reason], ['none', 'no-bracket']);
	});
	test('takes a cut bracket only from an execution that we cut ourselves', () => {
		const end = anEnd({ bracket: 'cut' });
		assert.equal(
			[weighEvidence(finding('bound'), end, false).reason, weighEvidence(finding('bound'), end, true).level],
			['cut-bracket', 'bound'],
		);
	});
	test('names before all else what went wrong at the executor, where that left the transcript without its end', () => {
		const cut = finding('claimed', { reason: 'cut-bracket', checks: [{ name: 'closed', isOk: false, detail: 'no' }] });
		const end = anEnd({ error: 'The transcript could not be written: the disk is full' });
		const told = { name: 'executor', isOk: false, detail: 'The transcript could not be written: the disk is full' };
		assert.equal(weighEvidence(cut, end, false), { ...cut, checks: [told, ...cut.checks] });
		// It may tell of trouble beside the proof: a process that could not be killed.
		assert.equal(weighEvidence(finding('bound'), end, false), finding('bound'));
	});
	test('does not believe a digest of other bytes than arrived', () => {
		const weighed = weighEvidence(finding('bound'), anEnd({ sha256: 'bb' }), false);
		assert.equal([weighed.level, weighed.reason], ['claimed', 'digest-differs']);
	});
	test('never raises a level', () => {
		for (const bracket of ['whole', 'cut', 'none'] as const) {
			assert.is(weighEvidence(finding('none'), anEnd({ bracket }), true).level, 'none');
		}
	});
});
