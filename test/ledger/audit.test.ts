import * as assert from 'uvu/assert';
import type { ResultBody } from '../../src/core/ledger-records.ts';
import type { Counts } from '../../src/core/outcomes.ts';
import type { Writers } from '../../src/core/ports.ts';
import { nodeSignatures } from '../../src/host/node-signatures.ts';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { type AuditInput, type AuditReport, auditLedger } from '../../src/ledger/audit.ts';
import { AuditRecords, attest, createKey, digestOf, resultOf } from '../helpers/audit-records.ts';
import { describe } from '../helpers/suite.ts';

const NOW_MS = Date.parse('2026-01-01T12:00:00.000Z');

const writers = (state: ReturnType<Writers['stateOf']>): Writers => ({
	self: { host: 'here', pid: 2, started: '2' },
	stateOf: () => state,
});

interface Case extends Partial<Omit<AuditInput, 'claims' | 'reading'>> {
	readonly counts?: Counts | null;
	readonly isGraduated?: boolean;
	readonly state?: ReturnType<Writers['stateOf']>;
	readonly nowMs?: number;
	readonly file?: string;
}

/** @param counts - In the file; default: what the ledger derives. */
function audit(
	records: AuditRecords,
	{ counts, isGraduated = false, state = 'gone', nowMs = NOW_MS, file = 'prompts/build.md', ...rest }: Case = {},
): AuditReport {
	const host = {
		signatures: nodeSignatures,
		writers: writers(state),
		nowMs,
		isEarned: ({ success }: Counts) => success >= 10,
	};
	const input = { reading: records.reading(), past: [], keys: null, ...rest };
	const claims = (held: Counts | null) => ({ file, counts: held, isGraduated });
	const { derived } = auditLedger({ ...input, claims: claims(null) }, host);
	return auditLedger({ ...input, claims: claims(counts === undefined ? (derived?.total ?? null) : counts) }, host);
}

const codesOf = ({ findings }: AuditReport): readonly string[] => findings.map(({ code }) => code);
const linesOf = ({ findings }: AuditReport): readonly (number | null)[] =>
	findings.map(({ place }) => place?.line ?? null);

describe('auditLedger()', ({ test }) => {
	test('finds nothing in what runs wrote, and derives their counts', () => {
		const records = new AuditRecords({ success: 4, failure: 1 })
			.run('r1', ['passed', 'passed'])
			.run('r2', ['passed', 'failed'])
			.run('r3', ['infra', 'unproven', 'aborted', 'refused'], { evidence: 'none' });
		const report = audit(records);
		assert.equal(report.findings, []);
		assert.equal(report.derived?.total, { success: 7, failure: 2 });
		assert.ok(report.isIntact);
	});

	test('lets the last attempt decide, and takes a pass after a failure for a failure', () => {
		const records = new AuditRecords();
		records.result(records.intent('r1', { attempt: 1 }), { outcome: 'failed' });
		records.result(records.intent('r1', { attempt: 2 }));
		const step = { number: 2, name: 'Step 2', digest: digestOf('step 2') };
		records.result(records.intent('r1', { step, attempt: 1 }), { outcome: 'infra' });
		records.result(records.intent('r1', { step, attempt: 2 }));
		assert.equal(audit(records.settle('r1')).derived?.total, { success: 1, failure: 1 });
	});

	test('counts a run as a whole where the prompt does', () => {
		const whole: Partial<ResultBody> = { count: 'run' };
		const derive = (records: AuditRecords) => audit(records).derived?.total;
		assert.equal(derive(new AuditRecords().run('r1', ['passed', 'passed'], whole)), { success: 1, failure: 0 });
		assert.equal(derive(new AuditRecords().run('r1', ['passed', 'failed'], whole)), { success: 0, failure: 1 });
		assert.equal(derive(new AuditRecords().run('r1', ['passed', 'infra'], whole)), { success: 0, failure: 0 });
		const cut = new AuditRecords();
		cut.result(cut.intent('r1'), whole);
		assert.equal(derive(cut.settle('r1', false)), { success: 0, failure: 0 });
	});

	test('puts the first bad record first, what concerns the prompt after it, and notes last', () => {
		const records = new AuditRecords();
		const lost = records.intent('r1');
		records.result({ ...lost, execution: 'forged' });
		const reading = records.reading();
		const place = { file: 'build.md.jsonl', line: 2, offset: 9 };
		const findings = [{ code: 'changed-record' as const, isNote: false, place, message: 'x', advice: 'y' }];
		const report = audit(records, { counts: { success: 99, failure: 0 } });
		assert.equal(codesOf(report), ['result-without-intent', 'counts-differ', 'lost-intent']);
		const broken = auditLedger(
			{
				claims: { file: 'p', counts: { success: 1, failure: 0 }, isGraduated: false },
				reading: { ...reading, findings },
				past: [],
				keys: null,
			},
			{ signatures: nodeSignatures, writers: writers('gone'), nowMs: NOW_MS, isEarned: () => false },
		);
		assert.equal(codesOf(broken), ['changed-record', 'result-without-intent', 'lost-intent']);
		assert.not(broken.isIntact);
	});

	test('says of each finding what to do, in one sentence with a capital and no period', () => {
		const records = new AuditRecords();
		records.result({ ...records.intent('r1'), marker: 'MARKER_x' }, { evidence: 'claimed' });
		for (const { message, advice } of audit(records, { counts: { success: 9, failure: 9 } }).findings) {
			assert.match(message, /\S.*[^.]$/);
			assert.match(advice, /^[A-Z].*[^.]$/);
		}
	});
});

describe('auditLedger() of results', ({ test }) => {
	test('names a result that nothing announced, or that was announced otherwise', () => {
		const other = { number: 1, name: 'Step 1', digest: digestOf('another') };
		for (const change of [
			{ execution: 'nobody' },
			{ run: 'r2' },
			{ marker: `MARKER_x_1_${'0'.repeat(26)}` },
			{ attempt: 2 },
			{ step: other },
			{ command_sha256: digestOf('another') },
		]) {
			const records = new AuditRecords();
			records.result(records.intent('r1'), change);
			const report = audit(records.settle('r1'));
			assert.is(codesOf(report)[0], 'result-without-intent', JSON.stringify(change));
			assert.is(linesOf(report)[0], 3);
		}
	});
	test('names an execution that reports twice', () => {
		const records = new AuditRecords();
		const intent = records.intent('r1');
		records.result(intent, { outcome: 'failed' });
		records.result(intent);
		assert.equal(codesOf(audit(records.settle('r1'))), ['result-repeated']);
	});
	test('names a marker that is used again, and one that is none', () => {
		const records = new AuditRecords();
		const { marker } = records.intent('r1');
		records.result(records.intent('r1', { marker }));
		records.result(records.intent('r1', { marker: 'MARKER' }));
		const report = audit(records, { state: 'alive' });
		assert.equal(codesOf(report), ['marker-reused', 'marker-reused', 'run-open']);
		assert.equal(linesOf(report).slice(0, 2), [3, 5]);
	});
	test('names what counts with less proof than it needed, and lets it be where it does not count', () => {
		const weak = { evidence: 'printed', evidence_needed: 'bound' } as const;
		assert.equal(codesOf(audit(new AuditRecords().run('r1', ['passed', 'failed', 'unproven'], weak))), [
			'evidence-too-low',
			'evidence-too-low',
		]);
	});
});

describe('auditLedger() of signatures', ({ test }) => {
	const key = createKey();
	const signed = (
		change: Partial<ResultBody> = {},
		sign: Parameters<typeof attest>[2] = {},
		by = key,
	): AuditRecords => {
		const records = new AuditRecords();
		const intent = records.intent('r1');
		const result: ResultBody = { ...resultOf(intent), evidence: 'signed', ...change };
		records.result(intent, { ...result, attestation: change.attestation === null ? null : attest(result, by, sign) });
		return records.settle('r1');
	};

	test('accepts what the executor signed, and lists its key', () => {
		const report = audit(signed());
		assert.equal(report.findings, []);
		assert.equal(report.keys, [{ key: createNodeSigner(key).publicKey(), name: null, results: 1 }]);
	});
	test('names a claim without a signature', () => {
		assert.equal(codesOf(audit(signed({ attestation: null }))), ['evidence-unfounded']);
	});
	test('names a signature that does not fit, of another key or another text', () => {
		const records = signed();
		const last = records.placed[2]?.record as ResultBody;
		const forged = new AuditRecords();
		const intent = forged.intent('r1');
		const attestation = attest({ ...last }, createKey());
		forged.result(intent, {
			evidence: 'signed',
			attestation: { ...attestation, public_key: createNodeSigner(key).publicKey() },
		});
		assert.equal(codesOf(audit(forged.settle('r1'))), ['bad-signature']);
	});
	for (const [what, change] of [
		['execution', { execution_id: 'other' }],
		['marker', { marker: null }],
		['step', { subject: digestOf('another step') }],
		['command', { command_sha256: digestOf('true') }],
		['exit code', { exit_code: 1 }],
		['signal', { signal: 'SIGKILL' }],
		['output', { output_sha256: digestOf('other') }],
		['number of bytes', { bytes: 4 }],
		['dropped bytes', { dropped_bytes: 1 }],
	] as const) {
		test(`names a signature over another ${what}`, () => {
			const [first] = audit(signed({}, change)).findings;
			assert.is(first?.code, 'attestation-mismatch');
			assert.ok(first?.message.includes(what), first?.message);
		});
	}
	test('lets a run say that a signature was wrong, as long as it counts nothing', () => {
		const honest = { outcome: 'unproven', reason: 'attestation-mismatch', evidence: 'claimed' } as const;
		assert.equal(audit(signed(honest, { exit_code: 3 })).findings, []);
	});
	test('asks the list of keys, where there is one, whose signature counts and when', () => {
		const own = createNodeSigner(key).publicKey();
		const list = (...keys: readonly object[]): string => JSON.stringify({ keys });
		const found = (keys: string): readonly string[] => codesOf(audit(signed(), { keys }));
		assert.equal(found(list({ key: own, name: 'CI' })), []);
		assert.equal(found(list({ key: own, name: 'CI', notBefore: '2026-01-01', notAfter: '2026-01-01' })), []);
		assert.equal(found(list({ key: own, name: 'CI', notAfter: '2025-12-31' })), ['stale-key']);
		assert.equal(found(list({ key: own, name: 'CI', notBefore: '2026-01-02' })), ['stale-key']);
		assert.equal(
			found(list({ key: own, name: 'CI', notAfter: '2025-12-31' }, { key: own, name: 'CI', notBefore: '2026-01-01' })),
			[],
		);
		assert.equal(found(list()), ['unknown-key']);
		assert.equal(audit(signed(), { keys: list({ key: own, name: 'CI' }) }).keys[0]?.name, 'CI');
	});
	test('trusts nobody when the list can not be read', () => {
		for (const keys of ['', '[]', '{"keys":[{"key":"x","name":"y"}]}', '{"keys":[{"key":"", "notBefore":"soon"}]}']) {
			assert.equal([...codesOf(audit(signed(), { keys }))].sort(), ['keys-unreadable', 'unknown-key'], keys);
		}
	});
});

describe('auditLedger() of counts and mark', ({ test }) => {
	const twelve = (): AuditRecords =>
		new AuditRecords().run(
			'r1',
			Array.from({ length: 12 }, () => 'passed' as const),
		);

	test('names counts that the ledger does not derive, in either direction', () => {
		for (const counts of [
			{ success: 13, failure: 0 },
			{ success: 11, failure: 0 },
			{ success: 12, failure: 1 },
		]) {
			const report = audit(twelve(), { counts });
			assert.equal(codesOf(report), ['counts-differ']);
			assert.match(report.findings[0]?.advice ?? '', /--rewrite-counts/);
		}
		assert.equal(codesOf(audit(twelve(), { counts: null })), ['counts-unreadable']);
	});
	test('tells commands that can be pasted, whatever the prompt is called', () => {
		const file = 'prompts/the build.md';
		const adviceOf = (changes: Case): string => audit(twelve(), { file, ...changes }).findings[0]?.advice ?? '';
		assert.match(
			adviceOf({ counts: { success: 13, failure: 0 } }),
			/ verify audit 'prompts\/the build\.md' --rewrite-counts$/,
		);
		assert.match(adviceOf({ counts: null }), / verify audit 'prompts\/the build\.md'$/);
	});

	test('lets the file lag behind a run that is under way, and no further', () => {
		const records = twelve();
		records.result(records.intent('r2'));
		records.result(records.intent('r2', { step: { number: 2, name: 'b', digest: digestOf('b') } }), {
			outcome: 'failed',
		});
		const found = (success: number, failure: number) =>
			codesOf(audit(records, { counts: { success, failure }, state: 'alive' }));
		for (const [success, failure] of [
			[12, 0],
			[13, 0],
			[12, 1],
			[13, 1],
		] as const)
			assert.equal(found(success, failure), ['run-open']);
		for (const [success, failure] of [
			[11, 0],
			[14, 1],
			[13, 2],
		] as const)
			assert.equal(found(success, failure), ['counts-differ', 'run-open']);
	});
	test('names a mark that the counts do not earn', () => {
		assert.equal(codesOf(audit(twelve(), { isGraduated: true })), []);
		const report = audit(new AuditRecords().run('r1', ['passed']), { isGraduated: true });
		assert.equal(codesOf(report), ['mark-differs']);
		assert.not(report.isIntact);
	});
	test('lets an adopted mark be until the first run', () => {
		assert.ok(audit(new AuditRecords({ success: 3, failure: 0 }), { isGraduated: true }).isIntact);
	});
	test('only notes that a prompt has no ledger', () => {
		const report = audit(new AuditRecords(), { reading: null } as never);
		assert.equal([codesOf(report), report.isIntact], [['no-ledger'], true]);
	});
});

describe('auditLedger() of history, runs and clocks', ({ test }) => {
	test('names the first record that was committed once and is gone', () => {
		const past = new AuditRecords().run('r1', ['passed']).run('r2', ['failed']);
		const present = new AuditRecords().run('r1', ['passed']);
		const report = audit(present, { past: [{ revision: 'HEAD', reading: past.reading() }] });
		assert.equal([codesOf(report), linesOf(report)], [['removed-record'], [5]]);
		assert.match(report.findings[0]?.message ?? '', /step 1 .* at HEAD and is gone, and 2 more/);
		assert.equal(codesOf(audit(past, { past: [{ revision: 'HEAD', reading: present.reading() }] })), []);
	});
	test('names a ledger that is gone as a whole', () => {
		const past = new AuditRecords().run('r1', ['failed']).reading();
		const report = audit(new AuditRecords(), { reading: null, past: [{ revision: 'HEAD', reading: past }] } as never);
		assert.equal([codesOf(report), report.isIntact], [['removed-ledger', 'no-ledger'], false]);
	});
	test('tells a run that died from one at work', () => {
		const records = new AuditRecords();
		records.intent('r1');
		assert.equal(codesOf(audit(records, { state: 'gone' })), ['lost-intent']);
		assert.equal(codesOf(audit(records, { state: 'alive' })), ['run-open']);
		assert.equal(codesOf(audit(records, { state: 'elsewhere' })), ['run-open']);
		assert.equal(codesOf(audit(records, { state: 'elsewhere', nowMs: NOW_MS + 86_400_000 })), ['lost-intent']);
		records.add({ kind: 'lost', run: 'r1', execution: 'execution-1', detail: 'its process is gone' });
		assert.equal(codesOf(audit(records, { state: 'alive' })), ['lost-intent']);
		assert.ok(audit(records).isIntact);
	});
	test('notes a clock that stepped back, once', () => {
		const records = new AuditRecords().run('r1', ['passed']);
		records.add({ kind: 'fix', run: null, summary: 'x' }, Date.parse('2025-12-31T23:00:00.000Z'));
		records.add({ kind: 'fix', run: null, summary: 'y' });
		const report = audit(records);
		assert.equal([codesOf(report), linesOf(report), report.isIntact], [['clock-step'], [5], true]);
	});
});
