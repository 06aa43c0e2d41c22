import * as assert from 'uvu/assert';
import { fingerprint, normalizeMessage } from '../../../src/report/html/fingerprint.ts';
import { describe } from '../../helpers/suite.ts';

describe('fingerprint()', ({ test }) => {
	test('is the same where only numbers, ids, times and temporary paths differ', () => {
		const one = 'Port 3000 of 019aa5d2-0000-7000-8000-000000000001 is taken, see /tmp/verify-x1/out.txt after 1.2s';
		const other = 'port 8080 of 019bb000-1111-7222-8333-444444444444 is taken, see /tmp/y/out.txt after 900ms';
		assert.is(normalizeMessage(one), normalizeMessage(other));
		assert.is(fingerprint('mismatch', one), fingerprint('mismatch', other));
		assert.is.not(fingerprint('mismatch', one), fingerprint('timeout', one));
		assert.is.not(fingerprint('mismatch', one), fingerprint('mismatch', 'another story'));
		assert.match(fingerprint(null, ''), /^[0-9a-f]{8}$/);
	});
});
