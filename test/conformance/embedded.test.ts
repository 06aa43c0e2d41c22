import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { startExecutor } from '../helpers/executor.ts';
import { describe } from '../helpers/suite.ts';
import { describeConformance, ROWS } from './describe-conformance.ts';

describeConformance('executor on a private socket', () => startExecutor({ signer: createNodeSigner() }));

describeConformance('embedded executor, inside its process', async () => {
	const served = await startExecutor({ signer: createNodeSigner() });
	return { ...served, dial: await served.executor.listenInside() };
});

describe('wire conformance', ({ test }) => {
	test('cites headings of docs/protocol.md', () => {
		const page = readFileSync('docs/protocol.md', 'utf8');
		const headings = new Set([...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading));
		for (const { section, title } of ROWS) assert.ok(headings.has(section), `${section}: ${title}`);
	});
});
