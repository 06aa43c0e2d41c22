import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { mergeLedgers } from '../../src/ledger/merge-ledgers.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { check } from '../helpers/check.ts';
import { LedgerDraft, resultOf, toFiles } from '../helpers/ledger.ts';
import { describe } from '../helpers/suite.ts';

/** A draft that goes on from the lines of another. */
function branch(base: LedgerDraft, name: string, length: number): LedgerDraft {
	const own = new LedgerDraft();
	own.lines.splice(0, 1, ...base.lines);
	own.records.splice(0, 1, ...base.records);
	for (let index = 0; index < length; index += 1) own.add(resultOf({ run: `${name}-${index}` }));
	return own;
}

describe('mergeLedgers()', ({ test }) => {
	test('keeps all of both branches, each line once, also when both merged before', () => {
		check(
			fc.property(fc.nat(5), fc.nat(5), fc.nat(5), (shared, left, right) => {
				const base = branch(new LedgerDraft(), 'base', shared);
				const [ours, theirs] = [branch(base, 'ours', left), branch(base, 'theirs', right)];
				const merged = mergeLedgers(ours.bytes(), theirs.bytes()) ?? new Uint8Array();
				const heads = mergeLedgers(headsOf(ours), headsOf(theirs)) ?? new Uint8Array();
				const crossed = mergeLedgers(merged, mergeLedgers(theirs.bytes(), ours.bytes()) ?? new Uint8Array());
				assert.equal(crossed, merged);
				const files = { ...toFiles(merged, []), heads: { file: 'build.md.heads', bytes: heads } };
				const reading = readLedger(files, nodeHashes, { prompt: 'build.md' });
				assert.equal([reading.findings, reading.records.length], [[], 1 + shared + left + right]);
				assert.is(reading.heads.length, left > 0 && right > 0 ? 2 : 1);
			}),
		);
	});

	test('leaves alone what it could only spoil', () => {
		const whole = new LedgerDraft().bytes();
		assert.is(mergeLedgers(whole, whole.slice(0, -1)), null);
		assert.is(mergeLedgers(new Uint8Array([0xff, 10]), whole), null);
		assert.equal(mergeLedgers(new Uint8Array(), whole), whole);
	});
});

const headsOf = (draft: LedgerDraft): Uint8Array => draft.files().heads?.bytes ?? new Uint8Array();
