import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { isAttested } from '../../src/core/attestation.ts';
import { nodeSignatures } from '../../src/host/node-signatures.ts';
import { parseJson } from '../../src/transcript/json.ts';
import { parseRecord } from '../../src/transcript/parse-record.ts';
import { describe } from '../helpers/suite.ts';

describe('the sample of a transcript', ({ test }) => {
	test('is read by this version, and signed in each of its ends', () => {
		const lines = readFileSync('transcripts/samples/shell-basics.jsonl').toString().trimEnd().split('\n');
		const records = lines.map((line) => parseRecord(parseJson(Buffer.from(line))));
		const ends = records.flatMap((record) => (record?.type === 'execution-completed' ? [record] : []));
		assert.is(records.indexOf(null), -1);
		assert.ok(ends.length > 1);
		for (const { marker, execution, attestation } of ends) {
			assert.ok(attestation);
			assert.equal([attestation.statement.marker, attestation.statement.execution_id], [marker, execution]);
			assert.ok(isAttested(attestation, attestation.public_key, nodeSignatures));
		}
	});
});
