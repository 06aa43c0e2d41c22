import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { validateXML } from 'xmllint-wasm';
import { formatJUnit } from '../../../src/report/format-junit.ts';
import { hostileText } from '../../helpers/hostile-text.ts';
import { aFailedStep, aHostilePrompt, aRecord } from '../../helpers/records.ts';
import { anAttempt, aPrompt, aStep } from '../../helpers/results.ts';
import { describe } from '../../helpers/suite.ts';

const SCHEMA = readFileSync('test/fixtures/vendor/junit/junit-10.xsd', 'utf8');

/** By libxml2, against the schema of Jenkins' xUnit plugin. @returns What is wrong. */
async function validate(documents: readonly string[]): Promise<readonly string[]> {
	const { errors } = await validateXML({
		xml: documents.map((contents, index) => ({ fileName: `junit-${index}.xml`, contents })),
		schema: SCHEMA,
		initialMemoryPages: 1024,
		maxMemoryPages: 4096,
	});
	return errors.map(({ message, loc }) => `${loc?.lineNumber}: ${message}`);
}

describe('formatJUnit() by libxml2', ({ test }) => {
	test('is valid under the schema of Jenkins, failure, error and skipped kept apart', async () => {
		const steps = [
			aStep({ number: 1 }),
			aFailedStep({ number: 2 }),
			aStep({
				number: 3,
				outcome: 'flaky',
				reason: 'mismatch',
				attempts: [...aFailedStep().attempts, anAttempt({ number: 2 })],
			}),
			aStep({ number: 4, outcome: 'infra', reason: 'executor-lost' }),
			aStep({ number: 5, outcome: 'skipped', attempts: [] }),
		];
		const xml = formatJUnit(aRecord([aPrompt({ steps })]));
		assert.equal(await validate([xml, formatJUnit(aRecord([]))]), []);
		assert.match(xml, /tests="5" failures="2" errors="1" skipped="1"/);
		assert.match(xml, '<rerunFailure message="Line 2 differs" type="failed.mismatch">');
	});
	test('finds what is not valid', async () => {
		assert.match((await validate(['<testsuites><testsuite/></testsuites>'])).join('\n'), /name/);
	});
	test('is valid with 1 MB of hostile output', async () => {
		const head = '\u001b[31m<&>"\0😀\u202e]]>\ud800\uffff\r\n'.repeat(60_000);
		const step = aFailedStep({
			attempts: [anAttempt({ output: { ...anAttempt().output, bytes: head.length, head } })],
		});
		const xml = formatJUnit(aRecord([aPrompt({ steps: [step] })]));
		assert.ok(xml.length > 1_000_000);
		assert.equal(await validate([xml]), []);
	});
	test('is valid whatever the record holds', async () => {
		const texts = fc.sample(hostileText(), 300);
		assert.equal(await validate(texts.map((text) => formatJUnit(aRecord([aHostilePrompt(text)])))), []);
	});
	test('gives places to cases where it is asked to', () => {
		const xml = formatJUnit(aRecord([aPrompt()]), { hasPlaces: true, toRepositoryPath: (file) => `docs/${file}` });
		assert.match(
			xml,
			'<testcase name="3 start the server" classname="prompts/deploy.md" file="docs/prompts/deploy.md" line="42"',
		);
	});
});
