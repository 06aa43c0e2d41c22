import { inflateRawSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { packChunks } from '../../../src/cli/html/pack-chunks.ts';
import { buildRunData } from '../../../src/report/html/build-run-data.ts';
import { aRecord, manySteps } from '../../helpers/report-samples.ts';
import { aPrompt, aStep } from '../../helpers/results.ts';
import { describe } from '../../helpers/suite.ts';

describe('packChunks()', ({ test }) => {
	test('packs each chunk in its place, the same each time', async () => {
		const steps = Array.from({ length: 1000 }, (_, index) => aStep({ number: index + 1 }));
		const long = buildRunData(aRecord({ prompts: [aPrompt({ steps })] })).chunks;
		const chunks = [...long, ...buildRunData(manySteps(50)).chunks, [], ...long];
		const packed = await packChunks(chunks);
		const unpacked = packed.map((text) => JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString()));
		assert.equal(unpacked, JSON.parse(JSON.stringify(chunks)));
		assert.equal(await packChunks(chunks), packed);
	});
});
