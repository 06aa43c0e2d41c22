import * as assert from 'uvu/assert';
import { assemblePage } from '../../../src/report/html/assemble-page.ts';
import { buildIndexData } from '../../../src/report/html/build-index-data.ts';
import { buildRunData } from '../../../src/report/html/build-run-data.ts';
import { groupFailures } from '../../../src/report/html/group-failures.ts';
import { summarizeRun } from '../../../src/report/html/summarize-run.ts';
import { aMismatch, aRecord, manySteps, printed, runId, someHistory } from '../../helpers/report-samples.ts';
import { aPrompt, aStep } from '../../helpers/results.ts';
import { describe } from '../../helpers/suite.ts';

describe('buildRunData()', ({ test }) => {
	test('puts every prompt into one chunk and keeps chunks small', () => {
		const { data, chunks } = buildRunData(manySteps(1000));
		assert.ok(chunks.length > 1);
		for (const prompt of data.prompts)
			assert.ok(
				chunks[prompt.chunk]?.some(({ file }) => file === prompt.file),
				prompt.file,
			);
		assert.is(chunks.flat().length, data.prompts.length);
	});

	test('takes kept outputs whole where there is room, and head and tail of what is too long', () => {
		const long = `${'a'.repeat(3_000_000)}\nend`;
		const withFile = (text: string, file: string) =>
			printed(text, { output: { ...printed(text).output, head: 'head', tail: 'tail', file } });
		const record = aRecord({
			prompts: [
				aPrompt({
					steps: [
						aStep({ number: 1, attempts: [withFile('short\n', 's')] }),
						aStep({ number: 2, attempts: [withFile(long, 'l')] }),
						aStep({ number: 3, attempts: [withFile('gone', 'g')] }),
					],
				}),
			],
		});
		const { chunks } = buildRunData(record, {
			outputs: new Map([
				['s', 'short\n'],
				['l', long],
			]),
		});
		const outputs = chunks[0]?.[0]?.steps.map(({ attempts }) => attempts[0]?.output) ?? [];
		assert.equal(outputs[0]?.parts, ['short\n']);
		assert.is(outputs[0]?.isWhole, true);
		assert.is(outputs[1]?.parts.length, 2);
		assert.ok(outputs[1]?.parts[1]?.endsWith('\nend'));
		assert.is(outputs[1]?.isWhole, false);
		assert.equal(outputs[2]?.parts, ['head', 'tail']);
	});

	test('knows earlier runs of the same prompts, and how often they failed like this', () => {
		const record = aRecord({ prompts: [aPrompt({ outcome: 'failed', steps: [aMismatch()] })] });
		const failedBefore = [3, 5].map((number) => summarizeRun({ ...record, run: runId(number) }));
		const later = summarizeRun({ ...record, run: runId(200) });
		const { data } = buildRunData(record, { summaries: [later, ...failedBefore.toReversed()] });
		assert.equal(
			data.runs.map(({ run }) => run),
			[runId(3), runId(5), record.run],
		);
		const [group] = groupFailures(data.prompts);
		assert.equal(data.seen[group?.group ?? ''], { times: 2, since: record.startedAt });
	});
});

describe('buildIndexData()', ({ test }) => {
	test('gives each prompt its last 30 runs, oldest first, and each way to fail once', () => {
		const record = aRecord({ prompts: [aPrompt({ outcome: 'failed', steps: [aMismatch()] })] });
		const summaries = [...someHistory(record, 40), summarizeRun(record)];
		const index = buildIndexData(summaries.toReversed(), 'tenfold');
		const [prompt] = index.prompts;
		assert.is(prompt?.history.length, 30);
		assert.is(index.runs[prompt?.history.at(-1)?.run ?? 0]?.run, record.run);
		assert.is(new Set(index.failures.map(({ group, number }) => `${group} ${number}`)).size, index.failures.length);
		assert.is(index.failures[0]?.run, record.run);
		assert.is(index.latest[0]?.run, record.run);
		assert.equal(prompt?.counts, { success: 12, failure: 0 });
	});
});

describe('assemblePage()', ({ test }) => {
	const assets = { script: 'run()', scriptSha256: 'AAA=', style: 'p{}', styleSha256: 'BBB=' };
	const data = buildIndexData([], 'x</script><!-- y');

	test('lets no data end its block, and names only its own script and style in the policy', () => {
		const html = assemblePage({ title: '</title><script>', body: '<main></main>', data, chunks: ['QUJD'], assets });
		assert.is(html.match(/<\/script>/g)?.length, 3);
		assert.is(html.match(/<!--/g), null);
		assert.ok(html.includes('<title>&lt;/title&gt;&lt;script&gt;</title>'));
		const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
		assert.match(policy, /^default-src 'none'; script-src 'sha256-AAA='; style-src 'sha256-BBB='; /);
		assert.not.match(policy, /unsafe|http|\*/);
		assert.is(html, assemblePage({ title: '</title><script>', body: '<main></main>', data, chunks: ['QUJD'], assets }));
	});
});
