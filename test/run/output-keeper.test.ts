import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createOutputKeeper } from '../../src/run/output-keeper.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('createOutputKeeper()', ({ test }) => {
	test('keeps both streams in order and apart', () => {
		const keeper = createOutputKeeper();
		keeper.add('stdout', 'a\n');
		keeper.add('stderr', 'b\n');
		keeper.add('stdout', 'c\n');
		assert.equal(keeper.read(), { combined: 'a\nb\nc\n', stdout: 'a\nc\n', stderr: 'b\n', isCut: false });
	});
	test('keeps exactly head and tail, and says when something is missing between', () => {
		const limits = { head: 10, tail: 7 };
		check(
			fc.property(fc.array(fc.string({ maxLength: 12 })), (chunks) => {
				const keeper = createOutputKeeper(limits);
				for (const chunk of chunks) keeper.add('stdout', chunk);
				const all = chunks.join('');
				const isCut = all.length > limits.head + limits.tail;
				assert.equal(keeper.read(), {
					combined: isCut ? all.slice(0, limits.head) + all.slice(-limits.tail) : all,
					stdout: isCut ? all.slice(0, limits.head) + all.slice(-limits.tail) : all,
					stderr: '',
					isCut,
					...(isCut ? { cutAt: { combined: limits.head, stdout: limits.head, stderr: 0 } } : {}),
				});
			}),
		);
	});
});
