import type { Duplex } from 'node:stream';
import { describe } from '../helpers/suite.ts';
import { connectRaw } from '../helpers/wire.ts';
import type { ConformanceRow } from './row.ts';
import { BASE_ROWS } from './rows-base.ts';
import { EXTENSION_ROWS } from './rows-extensions.ts';

/** An executor under test. */
export interface ConformanceTarget {
	readonly url: string;
	/** Missing: rows speak over a socket to the URL. */
	readonly dial?: () => Duplex;
	close(): Promise<unknown>;
}

let count = 0;

/** Everything that the wire promises. */
export const ROWS: readonly ConformanceRow[] = [...BASE_ROWS, ...EXTENSION_ROWS];

/** Runs each row over a fresh connection to one executor. */
export function describeConformance(name: string, start: () => Promise<ConformanceTarget>): void {
	describe(`wire conformance, ${name}`, ({ test, before, after }) => {
		let target: ConformanceTarget;
		before(async () => {
			target = await start();
		});
		after(async () => {
			await target.close();
		});
		for (const { section, title, run } of ROWS) {
			test(`[${section}] ${title}`, async () => {
				const wire = await connectRaw(target.url, {}, target.dial);
				const prefix = `${process.pid}-${count++}`;
				try {
					await run({ ...wire, name: (word) => `${prefix}-${word}` }, target.url);
				} finally {
					await wire.close();
				}
			});
		}
	});
}
