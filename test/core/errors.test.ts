import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { AppError, ERRORS, isAppError } from '../../src/core/errors.ts';
import { describe } from '../helpers/suite.ts';

describe('ERRORS', ({ test }) => {
	test('is documented code by code, in the same order', () => {
		const headings = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^## (\w+)$/gm)].map((match) => match[1]);
		assert.equal(headings, Object.keys(ERRORS));
	});
	test('keeps the codes that cross the wire', () => {
		const wire = Object.entries(ERRORS).flatMap(([code, spec]) => ('wire' in spec ? [[code, spec.wire]] : []));
		assert.equal(wire, [
			['SPAWN_FAILED', -32004],
			['RPC_PARSE', -32700],
			['RPC_INVALID_REQUEST', -32600],
			['RPC_UNKNOWN_METHOD', -32601],
			['RPC_INVALID_PARAMS', -32602],
			['SESSION_LIMIT', -32001],
			['COMMAND_REFUSED', -32002],
			['NO_PROCESS', -32003],
			['BROKEN_INVARIANT', -32603],
		]);
	});
	test('keeps the exit codes that scripts rely on', () => {
		const { USAGE, NOTHING_SELECTED, EXECUTOR_UNREACHABLE, BROKEN_INVARIANT } = ERRORS;
		assert.equal([USAGE.exit, NOTHING_SELECTED.exit, EXECUTOR_UNREACHABLE.exit, BROKEN_INVARIANT.exit], [2, 5, 3, 70]);
	});
});

describe('isAppError()', ({ test }) => {
	test('knows ours, also from a second copy of the module, and no others', () => {
		assert.ok(isAppError(new AppError('USAGE', 'x')));
		assert.ok(isAppError(Object.assign(new Error('x'), { code: 'USAGE' })));
		assert.not(isAppError(Object.assign(new Error('x'), { code: 'ENOENT' })));
		assert.not(isAppError({ code: 'USAGE' }));
		assert.not(isAppError(Object.assign(new Error('x'), { code: 'toString' })));
	});
	test('keeps cause, data and advice', () => {
		const cause = new Error('why');
		const error = new AppError('USAGE', 'x', { cause, data: { a: 1 }, advice: 'do it' });
		assert.is(error.cause, cause);
		assert.equal([error.data, error.advice], [{ a: 1 }, 'do it']);
	});
});
