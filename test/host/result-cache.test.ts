import { createHash } from 'node:crypto';
import {
	appendFileSync,
	chmodSync,
	existsSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { openResultCache } from '../../src/host/result-cache.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const keyOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Remembers each text as the result of its own digest. */
function remember(path: string, texts: readonly string[], limitBytes?: number): void {
	const cache = openResultCache(path, limitBytes === undefined ? {} : { limitBytes });
	for (const text of texts) cache.put(keyOf(text), text);
	cache.save();
}

describe('openResultCache()', ({ test, before, after }) => {
	let folder: Awaited<ReturnType<typeof createTempFolder>>;
	let path: string;
	let count = 0;
	before(async () => {
		folder = await createTempFolder();
	});
	after(async () => {
		await folder[Symbol.asyncDispose]();
	});
	const fresh = (): string => {
		count += 1;
		path = join(folder.path, `${count}`, 'facts.cache');
		return path;
	};

	test('gives another process what one remembered, and to nobody but its owner', () => {
		remember(fresh(), ['one', 'zwei 🎉']);
		remember(path, ['three']);
		const cache = openResultCache(path);
		assert.is(cache.get(keyOf('one')), 'one');
		assert.is(cache.get(keyOf('zwei 🎉')), 'zwei 🎉');
		assert.is(cache.get(keyOf('three')), 'three');
		assert.is(cache.get(keyOf('four')), null);
		assert.is(statSync(path).mode & 0o777, 0o600);
	});

	test('tells who made the file, and by its time when it was used last', () => {
		const cache = openResultCache(fresh());
		assert.is(cache.save(), false);
		cache.put(keyOf('a'), 'a');
		assert.is(cache.save(), true);
		cache.put(keyOf('b'), 'b');
		assert.is(cache.save(), false);
		const hourAgo = Date.now() / 1000 - 3600;
		for (const [seconds, isRenewed] of [
			[hourAgo, false],
			[hourAgo - 86_400, true],
		] as const) {
			utimesSync(path, seconds, seconds);
			assert.is(openResultCache(path).get(keyOf('b')), 'b');
			assert.is(statSync(path).mtimeMs > seconds * 1000 + 1000, isRenewed);
		}
	});

	test('keeps nothing before it is saved, and takes no lines for one', () => {
		const cache = openResultCache(fresh());
		cache.put(keyOf('a'), 'a');
		assert.is(cache.get(keyOf('a')), 'a');
		assert.not(existsSync(path));
		assert.throws(() => cache.put(keyOf('b'), 'b\nb'), /one line/);
		assert.throws(() => cache.put('short', 'b'), /digest/);
	});

	test('takes a torn, cut or changed file for what is still whole in it', () => {
		const texts = ['first result', 'second result 🎉', 'third result', 'fourth result'];
		remember(fresh(), texts);
		const whole = readFileSync(path);
		check(
			fc.property(fc.nat(whole.length), fc.nat(whole.length - 1), fc.nat(255), (cut, at, byte) => {
				for (const bytes of [
					whole.subarray(0, cut),
					whole.subarray(cut),
					whole.map((old, index) => (index === at ? byte : old)),
				]) {
					writeFileSync(path, bytes);
					const cache = openResultCache(path);
					for (const text of texts) assert.ok([text, null].includes(cache.get(keyOf(text))));
				}
			}),
			{ numRuns: 150 },
		);
	});

	test('adds whole lines behind one that was torn', () => {
		remember(fresh(), ['old']);
		appendFileSync(path, `${keyOf('torn')} 0123`);
		remember(path, ['new']);
		const cache = openResultCache(path);
		assert.equal([cache.get(keyOf('old')), cache.get(keyOf('torn')), cache.get(keyOf('new'))], ['old', null, 'new']);
	});

	test("is in nobody's way where nothing can be kept, or is gone meanwhile", () => {
		remember(fresh(), ['a']);
		chmodSync(join(path, '..'), 0o500);
		chmodSync(path, 0o400);
		remember(path, ['b']);
		chmodSync(join(path, '..'), 0o700);
		const cache = openResultCache(path);
		assert.is(cache.get(keyOf('a')), 'a');
		rmSync(join(path, '..'), { recursive: true });
		cache.put(keyOf('c'), 'c');
		cache.save();
		assert.is(openResultCache(path).get(keyOf('c')), 'c');
		writeFileSync(join(folder.path, 'file'), '');
		remember(join(folder.path, 'file', 'facts.cache'), ['a']);
		assert.is(openResultCache(folder.path).get(keyOf('a')), null);
	});

	test('does not grow beyond its limit, and keeps what was used last', () => {
		fresh();
		for (let round = 0; round < 20; round += 1) {
			const texts = Array.from({ length: 20 }, (_, index) => `${round}-${index}`.padEnd(100, '.'));
			remember(path, texts, 20_000);
			assert.ok(statSync(path).size <= 20_000, `${statSync(path).size}`);
			assert.is(openResultCache(path).get(keyOf(texts.at(-1) ?? '')), texts.at(-1) ?? null);
		}
		assert.equal(readdirSync(join(path, '..')), ['facts.cache']);
	});
});
