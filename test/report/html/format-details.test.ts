import * as assert from 'uvu/assert';
import { buildRunData } from '../../../src/report/html/build-run-data.ts';
import { formatDetails } from '../../../src/report/html/format-details.ts';
import { aMismatch, aRecord, manySteps } from '../../helpers/report-samples.ts';
import { aPrompt, aStep } from '../../helpers/results.ts';
import { describe } from '../../helpers/suite.ts';

describe('formatDetails()', ({ test }) => {
	test('writes what JSON.stringify would, in pieces', () => {
		const steps = Array.from({ length: 100 }, (_, index) => aStep({ number: index + 1 }));
		for (const record of [
			manySteps(50),
			aRecord({ prompts: [aPrompt({ steps: [] }), aPrompt({ steps: [aMismatch()] }), aPrompt({ steps })] }),
		]) {
			const { chunks } = buildRunData(record, { sources: new Map([['a.md', '# A']]) });
			for (const details of [...chunks, []]) {
				const pieces = [...formatDetails(details)];
				assert.equal(JSON.parse(pieces.join('')), JSON.parse(JSON.stringify(details)));
				assert.ok(Math.max(...pieces.map(({ length }) => length)) < 60_000);
			}
		}
	});
});
