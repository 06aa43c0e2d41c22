import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatRecord } from '../../src/report/format-record.ts';
import { check } from '../helpers/check.ts';
import { aRecord, manySteps } from '../helpers/report-samples.ts';
import { aPrompt, aStep } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';

describe('formatRecord()', ({ test }) => {
	test('writes what JSON.stringify would, and a newline', () => {
		const text = fc.oneof(
			fc.string({ unit: 'binary' }),
			fc.constantFrom('\n\t"prompts": [', '\n\t\t\t"steps": []', ']'),
		);
		const aNumber = fc.nat({ max: 3 });
		check(
			fc.property(fc.array(fc.array(text, { maxLength: 70 }), { maxLength: 4 }), aNumber, (prompts, digests) => {
				const record = aRecord({
					prompts: prompts.map((names) =>
						aPrompt({
							title: names[0] ?? null,
							steps: names.map((name, index) => aStep({ name, number: index + 1, attempts: [] })),
							digests: { verified: '', left: '', steps: names.slice(0, digests) },
						}),
					),
					warnings: prompts.flat(),
					repeat: { number: 1, of: 2, steps: [] },
				});
				assert.is([...formatRecord(record)].join(''), `${JSON.stringify(record, null, '\t')}\n`);
			}),
		);
	});

	test('writes long records in pieces, of one prompt or of many', () => {
		const steps = Array.from({ length: 1000 }, (_, index) => aStep({ number: index + 1 }));
		for (const record of [manySteps(1000), aRecord({ prompts: [aPrompt({ steps })] })]) {
			const pieces = [...formatRecord(record)];
			assert.is(pieces.join(''), `${JSON.stringify(record, null, '\t')}\n`);
			assert.ok(Math.max(...pieces.map(({ length }) => length)) < 100_000);
		}
	});
});
