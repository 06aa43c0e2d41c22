import * as assert from 'uvu/assert';
import { createHost } from '../../src/cli/create-host.ts';
import { readRunRecord } from '../../src/cli/read-run-record.ts';
import { isAppError } from '../../src/core/errors.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

const OLD = '01a20060-0000-7000-8000-000000000001';
const NEW = '01a20060-0001-7000-8000-000000000002';

describe('readRunRecord()', ({ test, before, after }) => {
	let sandbox: Sandbox;
	const read = (run: string | null) => readRunRecord(run, sandbox.path('reports'), createHost());
	const failure = async (run: string) => {
		const error = await rejection(read(run));
		if (!isAppError(error)) throw error;
		return error;
	};
	before(() => {
		sandbox = createSandbox(
			Object.fromEntries(
				[OLD, NEW].map((run) => [`reports/${run}/run.json`, JSON.stringify({ schemaVersion: 1, run, prompts: [] })]),
			),
		);
		sandbox.write('reports/latest.txt', `${NEW}\n`);
		sandbox.write('reports/torn/run.json', '{ "schemaVersion": 1');
	});
	after(() => sandbox.remove());

	test('takes an id, its beginning, a path, and the newest run', async () => {
		assert.is((await read(OLD)).record.run, OLD);
		assert.is((await read(OLD.slice(0, 13))).record.run, OLD);
		assert.is((await read(sandbox.path(`reports/${OLD}/run.json`))).record.run, OLD);
		assert.is((await read(null)).record.run, NEW);
		assert.is((await read('latest')).record.run, NEW);
	});

	test('asks which one is meant where several begin so', async () => {
		const error = await failure('01a20060');
		assert.is(error.code, 'USAGE');
		assert.is(error.message, 'Cannot tell which run is meant: 2 begin with "01a20060"');
		assert.is(error.advice, `Name one of them: ${NEW}, ${OLD}`);
	});

	test('tells a run that is not there from a record that is torn', async () => {
		assert.is((await failure('0000')).code, 'FILE_MISSING');
		assert.is((await failure('torn')).code, 'REPORT_INVALID');
	});
});
