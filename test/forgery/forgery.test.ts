import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { forgeryPage } from '../../scripts/forgery-page.ts';
import { readForgeryCases, type Saying } from '../../scripts/testing/forgery-cases.ts';
import { createForgeryBases, type ForgeryBases, stageForgery } from '../helpers/forger.ts';
import { describe } from '../helpers/suite.ts';
import type { CliResult } from '../helpers/verify-cli.ts';

const cases = readForgeryCases();
let bases: ForgeryBases;

describe('the corpus that tests the tester', ({ test, before, after }) => {
	before(async () => {
		bases = await createForgeryBases();
	});
	after(() => bases.close());

	for (const forgery of cases) {
		test(`${forgery.name}: ${forgery.title}`, async () => {
			const scene = await stageForgery(forgery, bases);
			const { expect, gate, isGenuine } = forgery;
			const said = await scene.verifyAll([...expect.map(({ verify }) => verify), ['gate', ...gate]]);
			for (const [index, saying] of expect.entries()) assertSaid(saying, said[index]);
			assertGate(isGenuine, said.at(-1));
			scene.sandbox.remove();
		});
	}

	test('holds what was asked for, and says all of it in docs/forgery.md', () => {
		assert.ok(cases.filter(({ isGenuine }) => !isGenuine).length >= 40, `${cases.length} cases`);
		assert.ok(cases.filter(({ isGenuine }) => isGenuine).length >= 5, 'genuine ones');
		assert.is(readFileSync('docs/forgery.md', 'utf8'), forgeryPage(cases), 'npm run generate');
	});
});

const NOTHING: CliResult = { code: null, signal: null, stdout: '', stderr: '' };

function assertSaid({ verify, exit, word, place, says = [] }: Saying, result = NOTHING): void {
	const { code, stdout, stderr } = result;
	const told = `verify ${verify.join(' ')} ended with ${code}:\n${stdout}${stderr}`;
	const fail = (what: string): never => {
		throw new Error(`${what}\n${told}`);
	};
	if (code !== exit) fail(`Exit code ${exit} was expected`);
	const lines = (stdout + stderr).split('\n');
	// An audit names the first bad record first.
	const candidates = verify[0] === 'audit' && exit === 6 ? lines.slice(1, 2) : lines;
	const isWord = (line: string): boolean => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(line);
	if (!candidates.some((line) => isWord(line) && (place === undefined || line.includes(`${place}  `))))
		fail(`"${word}"${place === undefined ? '' : ` at ${place}`} was expected`);
	for (const piece of says) if (!`${stdout}${stderr}`.includes(piece)) fail(`"${piece}" was expected`);
}

/** Whatever was done, no forged record opens the gate, and every genuine one does. */
function assertGate(isGenuine: boolean, { code, stdout, stderr } = NOTHING): void {
	const isMet = code === 0 && stdout.startsWith('MET ');
	const told = `verify gate ended with ${code}:\n${stdout}${stderr}`;
	if (isGenuine) assert.ok(isMet, told);
	else assert.ok(code !== null && code !== 0 && !/^MET /m.test(stdout), told);
}
