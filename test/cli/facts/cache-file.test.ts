import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { removeOldCaches } from '../../../src/cli/facts/cache-file.ts';
import { describe } from '../../helpers/suite.ts';
import { createTempFolder } from '../../helpers/temp-folder.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-01-05T10:00:00Z');
const OURS = 'lint-00000000ffffffff-v22.1.0.cache';

/** Files that were used so many days ago. */
function place(folder: string, files: Readonly<Record<string, number>>): void {
	for (const [name, days] of Object.entries(files)) {
		writeFileSync(join(folder, name), name);
		utimesSync(join(folder, name), new Date(NOW), new Date(NOW - days * DAY_MS));
	}
}

describe('removeOldCaches()', ({ test }) => {
	test('removes what nobody used for 30 days, what a killed process left among it', async () => {
		await using folder = await createTempFolder();
		const old = {
			'lint-0792ffcb56cce7ab-v20.20.2.cache': 31,
			'gate-0792ffcb56cce7ab-v20.20.2.cache': 400,
			'gate-0792ffcb56cce7ab-v23.0.0-nightly2024.cache': 31,
			'lint-0792ffcb56cce7ab-v20.20.2.cache.0123456789ab': 31,
		};
		const used = { 'lint-4a45089b9325c878-v20.20.2.cache': 29, 'gate-4a45089b9325c878-v18.0.0.cache': 0 };
		place(folder.path, { ...old, ...used, [OURS]: 90 });
		removeOldCaches(join(folder.path, OURS), NOW);
		assert.equal(readdirSync(folder.path).sort(), [...Object.keys(used), OURS].sort());
	});

	test('keeps the ten that were used last', async () => {
		await using folder = await createTempFolder();
		const name = (days: number): string => `gate-${String(days).padStart(16, '0')}-v20.20.2.cache`;
		const days = Array.from({ length: 14 }, (_, index) => index);
		place(folder.path, Object.fromEntries([...days.map((day) => [name(day), day]), [OURS, 0]]));
		removeOldCaches(join(folder.path, OURS), NOW);
		assert.equal(readdirSync(folder.path).sort(), [...days.slice(0, 10).map(name), OURS].sort());
	});

	test('touches nothing that is not named as a cache, and does without the folder', async () => {
		await using folder = await createTempFolder();
		const foreign = ['notes.cache', 'lint-x.cache', 'lint-0792ffcb56cce7ab-v20.20.2.cache.bak', 'README.md'];
		place(folder.path, Object.fromEntries(foreign.map((name) => [name, 99])));
		mkdirSync(join(folder.path, 'lint-0792ffcb56cce7ab-v20.20.1.cache'));
		utimesSync(join(folder.path, 'lint-0792ffcb56cce7ab-v20.20.1.cache'), 0, 0);
		removeOldCaches(join(folder.path, OURS), NOW);
		assert.is(readdirSync(folder.path).length, foreign.length + 1);
		removeOldCaches(join(folder.path, 'gone', OURS), NOW);
		assert.not(existsSync(join(folder.path, 'gone')));
	});
});
