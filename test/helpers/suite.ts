import { appendFileSync } from 'node:fs';
import { suite } from 'uvu';
import type { TestReport } from '../../scripts/testing/test-report.ts';

/** A test or hook body. */
export type Body = () => void | Promise<void>;

/** What a suite is made of; only this module knows uvu. */
export interface Suite {
	test(title: string, body: Body): void;
	/** Names a test that can't run here, and why; it is counted as skipped. */
	skip(title: string, reason: string): void;
	before(body: Body): void;
	after(body: Body): void;
	beforeEach(body: Body): void;
	afterEach(body: Body): void;
}

const LIMIT_MS = Number(process.env.TEST_LIMIT_MS ?? 60_000);
/** How long a process may stay once its tests are done. */
const LINGER_MS = Number(process.env.TEST_LINGER_MS ?? 10_000);
const { TEST_REPORT, TEST_NAME = '' } = process.env;
let unfinished = 0;
let hasBegun = false;

/**
 * Defines and runs a suite. Failing hooks fail every test, thrown non-errors are failures, a body that hangs fails after 60 s, and a
 * process that stays open after its last test is ended as a failure.
 *
 * @param name - What is tested, usually a symbol.
 * @param define - Called at once; adds the tests.
 * @throws {Error} It came too late: tests of this file run already.
 * @throws {TypeError} `define` is asynchronous, or adds a test after it returned.
 */
export function describe(name: string, define: (suite: Suite) => void): void {
	if (hasBegun)
		throw new Error(`describe('${name}') came after the tests had begun: await before the first describe()`);
	const s = suite(name);
	let tests = 0;
	let isDefined = false;
	let broken: { reason: unknown } | undefined;
	const guard = (body: Body): Body => {
		return () =>
			withinLimit(body).catch((error) => {
				broken ??= { reason: error };
				console.error(`Hook failed in ${name}:`, error);
				report({ type: 'broken', what: `a hook of ${name} failed` });
				process.once('exit', () => {
					process.exitCode = 1;
				});
			});
	};
	const result: unknown = define({
		test: (title, body) => {
			if (isDefined) throw new TypeError(`Test '${title}' was added after ${name} was defined`);
			if (!`${name} ${title}`.includes(TEST_NAME)) return skipTest(`${name} ${title}`);
			tests += 1;
			s(title, () => runTest(`${name} ${title}`, body, () => broken));
		},
		skip: (title, reason) => {
			console.log(`SKIP  ${name} ${title}: ${reason}`);
			skipTest(`${name} ${title}`);
		},
		before: (body) => s.before(guard(body)),
		after: (body) => s.after(guard(body)),
		beforeEach: (body) => s.before.each(guard(body)),
		afterEach: (body) => s.after.each(guard(body)),
	});
	isDefined = true;
	if (result instanceof Promise) throw new TypeError(`The body of describe('${name}') must not be asynchronous`);
	unfinished += tests;
	report({ type: 'planned', suite: name, tests });
	s.run();
}

/**
 * Waits for a promise to reject.
 *
 * @returns What it rejected with.
 * @throws {Error} The promise was fulfilled.
 */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
	promise.then(
		() => {
			throw new Error('Expected a rejection');
		},
		(reason: unknown) => reason,
	);

async function runTest(title: string, body: Body, broken: () => { reason: unknown } | undefined): Promise<void> {
	hasBegun = true;
	try {
		const hook = broken();
		if (hook) throw toError(hook.reason);
		await withinLimit(body);
		report({ type: 'passed', title });
	} catch (error) {
		report({ type: 'failed', title });
		throw error;
	} finally {
		unfinished -= 1;
		if (unfinished === 0) watchForEnd();
	}
}

function skipTest(title: string): void {
	report({ type: 'skipped', title });
}

/** A forgotten server or timer would keep the process for ever. */
function watchForEnd(): void {
	setTimeout(() => {
		if (unfinished > 0) return;
		const what = `the tests are done, but the process stays: ${tally(process.getActiveResourcesInfo())}`;
		console.error(what);
		report({ type: 'broken', what });
		process.exit(1);
	}, LINGER_MS).unref();
}

/** @returns `3 Timeout, 1 PipeWrap`. */
function tally(names: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}

function report(line: TestReport): void {
	if (TEST_REPORT !== undefined) appendFileSync(TEST_REPORT, `${JSON.stringify(line)}\n`);
}

const toError = (reason: unknown): Error =>
	reason instanceof Error ? reason : new Error(`Threw a non-error: ${String(reason)}`);

async function withinLimit(body: Body): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const limit = new Promise<never>((_resolve, reject) => {
		timer = setTimeout(() => reject(new Error(`Still running after ${LIMIT_MS} ms`)), LIMIT_MS);
	});
	try {
		await Promise.race([Promise.resolve().then(body), limit]);
	} catch (reason) {
		throw toError(reason);
	} finally {
		clearTimeout(timer);
	}
}
