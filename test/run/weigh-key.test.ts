import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Attestation } from '../../src/core/attestation.ts';
import { createNodeFiles } from '../../src/host/node-files.ts';
import type { EvidenceFinding } from '../../src/run/evidence-source.ts';
import { readTrustedKeys, weighKey } from '../../src/run/weigh-key.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const KEY = 'k'.repeat(43);
const signed: EvidenceFinding = { level: 'signed', checks: [], reason: null, source: 't' };
const attestation = {
	public_key: KEY,
	statement: { ended_at: Date.parse('2026-06-15T12:00:00.000Z') },
} as unknown as Attestation;
const entry = (from: string, to: string, key = KEY) => ({
	key,
	name: 'CI',
	notBeforeMs: Date.parse(from),
	notAfterMs: Date.parse(to),
});
const weigh = (trusted: Parameters<typeof weighKey>[2], finding = signed): [string, string | null, string?] => {
	const { level, reason, checks } = weighKey(finding, attestation, trusted);
	return [level, reason, checks.find(({ isOk }) => !isOk)?.name ?? ''];
};

describe('weighKey()', ({ test }) => {
	test('takes any key where there is no list', () => {
		assert.equal(weigh(null), ['signed', null, '']);
	});

	test('takes a key of the list in its time, though an older entry of it has ended', () => {
		const present = entry('2026-01-01', '2027-01-01');
		assert.equal(weigh([entry('2025-01-01', '2026-01-01'), present]), ['signed', null, '']);
	});

	test('names a key that is not on the list, and one out of its time', () => {
		assert.equal(weigh([]), ['bound', 'unknown-key', 'key is on the list of trusted keys']);
		assert.equal(weigh([entry('2026-01-01', '2027-01-01', 'x'.repeat(43))])[1], 'unknown-key');
		assert.equal(weigh([entry('2026-07-01', '2027-01-01')]), ['bound', 'stale-key', 'key was valid at that time']);
	});

	test('leaves what is not signed as it is', () => {
		const bound: EvidenceFinding = { ...signed, level: 'bound', reason: 'bad-signature' };
		assert.equal(weighKey(bound, attestation, []), bound);
	});
});

describe('readTrustedKeys()', ({ test }) => {
	test('reads the list beside the ledgers', async () => {
		await using folder = await createTempFolder();
		const files = createNodeFiles();
		assert.is(await readTrustedKeys(folder.path, files), null);
		await writeFile(join(folder.path, 'keys.json'), JSON.stringify({ keys: [{ key: KEY, name: 'CI' }] }));
		assert.equal(
			(await readTrustedKeys(folder.path, files))?.map(({ key, name }) => [key, name]),
			[[KEY, 'CI']],
		);
	});

	test('trusts nobody where the list can not be read', async () => {
		await using folder = await createTempFolder();
		await writeFile(join(folder.path, 'keys.json'), '{"keys":');
		assert.equal(await readTrustedKeys(folder.path, createNodeFiles()), []);
		await mkdir(join(folder.path, 'odd', 'keys.json'), { recursive: true });
		assert.equal(await readTrustedKeys(join(folder.path, 'odd'), createNodeFiles()), []);
	});
});
