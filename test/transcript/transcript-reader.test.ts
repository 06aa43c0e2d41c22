import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { nodeSignatures } from '../../src/host/node-signatures.ts';
import { createTranscriptEvidence } from '../../src/transcript/transcript-evidence.ts';
import { createTranscriptReader } from '../../src/transcript/transcript-reader.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const MARKER = 'MARKER_step_1763720000_0123456789ABCDEFGHJKMNPQRS';
const at = '2025-11-21T10:00:00.000Z';
const digest = 'd'.repeat(64);
const line = (record: object): string => `${JSON.stringify({ v: 1, at, ...record })}\n`;
const started = (execution: string, marker: string | null = MARKER): string =>
	line({ type: 'execution-started', execution, marker, command_sha256: digest, pid: 1, pgid: 1, cwd: '/' });
const completed = (execution: string, marker: string | null = MARKER): string =>
	line({
		type: 'execution-completed',
		execution,
		marker,
		command_sha256: digest,
		exit_code: 0,
		signal: null,
		duration_ms: 1,
		bytes: 0,
		dropped_bytes: 0,
		output_sha256: digest,
	});
const output = (execution: string, data: string, stream = 'stdout'): string =>
	line({ type: 'output', execution, seq: 0, stream, data });
const expected = {
	executionId: 'a',
	marker: MARKER,
	commandSha256: digest,
	outputSha256: digest,
	exitCode: 0,
	signal: null,
	notBeforeMs: Date.parse(at),
};

describe('createTranscriptReader()', ({ test }) => {
	test('gives the same index however the file grows', async () => {
		await using folder = await createTempFolder();
		const pieces = fc.array(fc.nat(400), { maxLength: 30 });
		const text = Buffer.from(
			line({ type: 'run', run: 'r', writer: 'executor', tool: 't' }) +
				started('a') +
				started('b', null) +
				output('a', `\u00fc ${'x'.repeat(300)}`) +
				completed('b', null) +
				'not json\n[]\n"text"\n\n{"v":2,"type":"run"}\n' +
				output('a', `say ${MARKER}.`) +
				completed('a'),
		);
		let file = 0;
		await fc.assert(
			fc.asyncProperty(pieces, async (sizes) => {
				file += 1;
				const path = join(folder.path, `${file}.jsonl`);
				await writeFile(path, '');
				const reader = createTranscriptReader(path);
				let done = 0;
				for (const size of [...sizes, text.length]) {
					await appendFile(path, text.subarray(done, done + size));
					done = Math.min(text.length, done + size);
					reader.readAppended();
				}
				const { started: opened, completed: closed, isMarkerPrinted } = reader.bracketOf('a', MARKER);
				assert.equal([opened.length, closed.length, isMarkerPrinted], [1, 1, true]);
				assert.equal([reader.brokenLines, reader.bytesRead], [5, text.length]);
			}),
			{ numRuns: 40 },
		);
	});

	test('keeps a torn last line until it is whole', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 't.jsonl');
		const end = completed('a');
		await writeFile(path, started('a') + end.slice(0, -1));
		const reader = createTranscriptReader(path);
		reader.readAppended();
		assert.is(reader.bracketOf('a', MARKER).completed.length, 0);
		await appendFile(path, '\n');
		reader.readAppended();
		assert.is(reader.bracketOf('a', MARKER).completed.length, 1);
		assert.is(reader.brokenLines, 0);
	});

	test('sees only what stands after its offset', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 't.jsonl');
		const before = started('a') + output('a', MARKER) + completed('a');
		await writeFile(path, before + started('b'));
		const reader = createTranscriptReader(path, before.length);
		reader.readAppended();
		assert.equal(reader.bracketOf('a', MARKER), { started: [], completed: [], isMarkerPrinted: false });
		assert.is(reader.bracketOf('b', MARKER).started.length, 1);
	});

	test('finds a printed marker that two records share, of one stream only', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 't.jsonl');
		const [head, tail] = [MARKER.slice(0, 20), MARKER.slice(20)];
		const isPrinted = async (text: string): Promise<boolean> => {
			await writeFile(path, text);
			const reader = createTranscriptReader(path);
			reader.readAppended();
			return reader.bracketOf('a', MARKER).isMarkerPrinted;
		};
		assert.is(await isPrinted(output('a', `x ${head}`) + output('b', 'y') + output('a', `${tail} z`)), true);
		assert.is(await isPrinted([...MARKER].map((character) => output('a', character)).join('')), true);
		assert.is(await isPrinted(output('a', `MARKER_MARKER_x${MARKER}0`)), true);
		assert.is(await isPrinted(output('a', head) + output('a', tail, 'stderr')), false);
		assert.is(await isPrinted(output('a', head) + output('b', tail)), false);
		assert.is(await isPrinted(output('a', MARKER.slice(0, -1))), false);
	});

	test('takes a record in printed text for text', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 't.jsonl');
		await writeFile(path, output('a', `\n${started('a')}${completed('a')}`));
		const finding = await createTranscriptEvidence(path, 0, nodeSignatures).confirm(expected);
		assert.equal([finding.level, finding.reason], ['printed', 'no-bracket']);
	});
});

describe('createTranscriptEvidence()', ({ test }) => {
	test('confirms an execution by what was appended since', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 't.jsonl');
		await writeFile(path, started('a'));
		const evidence = createTranscriptEvidence(path, 0, nodeSignatures);
		assert.is((await evidence.confirm(expected)).reason, 'cut-bracket');
		await appendFile(path, completed('a'));
		const finding = await evidence.confirm(expected);
		assert.equal([finding.level, finding.reason, finding.source], ['bound', 'no-signature', path]);
	});

	test('lets go of what it confirmed, and of nothing else', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 't.jsonl');
		await writeFile(path, started('a') + completed('a'));
		const evidence = createTranscriptEvidence(path, 0, nodeSignatures);
		const [doubted, confirmed, again] = [
			await evidence.confirm({ ...expected, exitCode: 1 }),
			await evidence.confirm(expected),
			await evidence.confirm(expected),
		];
		assert.equal([doubted.reason, confirmed.level, again.level], ['digest-differs', 'bound', 'none']);
	});

	test('tells with one object what is the same of two executions', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 't.jsonl');
		await writeFile(path, started('a') + completed('a') + started('b') + completed('b'));
		const evidence = createTranscriptEvidence(path, 0, nodeSignatures);
		const first = await evidence.confirm(expected);
		const second = await evidence.confirm({ ...expected, executionId: 'b' });
		assert.equal(second.checks, first.checks);
		for (const [index, check] of first.checks.entries()) assert.is(second.checks[index], check);
	});

	test('gives none with the reason for a transcript that cannot be read', async () => {
		const finding = await createTranscriptEvidence('no/such.jsonl', 0, nodeSignatures).confirm(expected);
		assert.equal([finding.level, finding.reason], ['none', 'no-bracket']);
		assert.match(finding.checks[0]?.detail ?? '', /ENOENT/);
	});

	test('costs by what is new, not by what is there', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 't.jsonl');
		const old = output('old', 'x'.repeat(1000)).repeat(20_000);
		await writeFile(path, old);
		await appendFile(path, started('a') + completed('a'));
		const reader = createTranscriptReader(path, old.length);
		reader.readAppended();
		assert.ok(reader.bytesRead < 1000);
	});
});
