import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { procTable } from '../../src/host/process-table.ts';
import { processesWith, uniqueSleep } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';

const isZombie = (pid: number): boolean => /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));

describe('procTable.list()', ({ test, skip }) => {
	const title = 'finds whoever a process forks that ends before its turn';
	if (!existsSync('/proc/self/stat')) {
		skip(title, 'there is no /proc');
		return;
	}
	test(title, async () => {
		const folder = mkdtempSync(join(tmpdir(), 'verify-table-'));
		const gate = join(folder, 'gate');
		execFileSync('mkfifo', [gate]);
		const duration = uniqueSleep();
		const parent = spawn('sh', ['-c', `read -r word <${gate}; sleep ${duration} & exit`], { stdio: 'ignore' });
		const pid = parent.pid ?? 0;
		const ended = once(parent, 'exit');
		let isForked = false;
		// Asked once it is decided whom to look at, and before anybody is looked at.
		const forkAndEnd = (): boolean => {
			if (isForked) return false;
			isForked = true;
			writeFileSync(gate, 'go\n');
			while (!isZombie(pid));
			return false;
		};
		const rows = await procTable.list(pid - 1, forkAndEnd);
		assert.ok(isForked);
		const [child = 0] = processesWith(duration).map((line) => Number.parseInt(line, 10));
		assert.ok(rows.some((row) => row.pid === child && !row.isZombie));
		process.kill(child, 'SIGKILL');
		await ended;
		rmSync(folder, { recursive: true });
	});
});

describe('procTable.environmentOf()', ({ test, skip }) => {
	const title = 'never takes a process for one without an environment while it executes another program';
	if (!existsSync('/proc/self/stat')) {
		skip(title, 'there is no /proc');
		return;
	}
	test(title, async () => {
		const script = 'exec sh -c "$0" "$0"';
		const child = spawn('sh', ['-c', script, script], { stdio: 'ignore', env: { ...process.env, MARKED: 'yes' } });
		await once(child, 'spawn');
		const pid = child.pid ?? 0;
		const seen = new Map<string, number>();
		for (let looks = 0; looks < 20_000; looks += 1) {
			const environment = procTable.environmentOf(pid);
			const what = environment?.includes('MARKED=yes') ? 'marked' : String(environment);
			seen.set(what, (seen.get(what) ?? 0) + 1);
		}
		child.kill('SIGKILL');
		await once(child, 'exit');
		assert.equal(new Set(seen.keys()), new Set(['marked', 'null']));
		assert.is(procTable.environmentOf(pid), null);
	});
});
