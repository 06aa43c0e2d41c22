import * as assert from 'uvu/assert';
import { findingsOf } from '../../../src/report/ci/findings.ts';
import { fingerprintOf } from '../../../src/report/ci/fingerprint.ts';
import { formatCodeQuality } from '../../../src/report/ci/format-code-quality.ts';
import { aFailedStep, aRecord } from '../../helpers/records.ts';
import { aPrompt, aStep } from '../../helpers/results.ts';
import { describe } from '../../helpers/suite.ts';

interface Entry {
	readonly fingerprint: string;
}

describe('formatCodeQuality()', ({ test }) => {
	test('has exactly what GitLab asks for', () => {
		const record = aRecord([aPrompt({ steps: [aStep(), aFailedStep()] })]);
		const [{ fingerprint, ...entry }, ...others] = JSON.parse(formatCodeQuality(findingsOf(record)));
		assert.equal(others, []);
		assert.match(fingerprint, /^[0-9a-f]{32}$/);
		assert.equal(entry, {
			description: 'step 3 "start the server": Line 2 differs',
			check_name: 'verify/step-mismatch',
			severity: 'major',
			location: { path: 'prompts/deploy.md', lines: { begin: 42 } },
		});
	});
	test('gives each finding its own fingerprint, which a moved line does not change', () => {
		const prints = (line: number): string[] =>
			(
				JSON.parse(
					formatCodeQuality(
						findingsOf(aRecord([aPrompt({ steps: [aFailedStep({ line }), aFailedStep({ line: line + 9 })] })])),
					),
				) as Entry[]
			).map(({ fingerprint }) => fingerprint);
		assert.is(new Set(prints(1)).size, 2);
		assert.equal(prints(1), prints(50));
	});
	test('says nothing of steps without a fault, and little of those without a verdict', () => {
		const steps = [aStep(), aStep({ outcome: 'skipped' }), aStep({ outcome: 'aborted' }), aStep({ outcome: 'infra' })];
		assert.equal(
			findingsOf(aRecord([aPrompt({ steps })])).map(({ severity }) => severity),
			['info'],
		);
		assert.is(formatCodeQuality([]), '[]\n');
	});
});

describe('fingerprintOf()', ({ test }) => {
	test('is FNV-1a of 128 bits', () => {
		// Values of the authors' own table, for bytes below 128.
		assert.is(fingerprintOf(''), '6c62272e07bb014262b821756295c58d');
		assert.is(fingerprintOf('a'), 'd228cb696f1a8caf78912b704e4a8964');
	});
});
