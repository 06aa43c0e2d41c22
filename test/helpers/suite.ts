import { suite } from 'uvu';

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

const LIMIT_MS = 60_000;

/**
 * Defines and runs a suite. Failing hooks fail every test, thrown non-errors are failures, a body that hangs fails after 60 s.
 *
 * @param name - What is tested, usually a symbol.
 * @param define - Called at once; adds the tests.
 */
export function describe(name: string, define: (suite: Suite) => void): void {
	const s = suite(name);
	let broken: { reason: unknown } | undefined;
	const guard = (body: Body): Body => {
		return () =>
			withinLimit(body).catch((error) => {
				broken ??= { reason: error };
				console.error(`Hook failed in ${name}:`, error);
				process.once('exit', () => {
					process.exitCode = 1;
				});
			});
	};
	define({
		test: (title, body) => {
			s(`${name} ${title}`, async () => {
				if (broken) throw toError(broken.reason);
				await withinLimit(body);
			});
		},
		skip: (title, reason) => {
			console.log(`SKIP  ${name} ${title}: ${reason}`);
			s.skip(title);
		},
		before: (body) => s.before(guard(body)),
		after: (body) => s.after(guard(body)),
		beforeEach: (body) => s.before.each(guard(body)),
		afterEach: (body) => s.after.each(guard(body)),
	});
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
