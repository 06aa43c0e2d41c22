import { spawn } from 'node:child_process';
import * as assert from 'uvu/assert';
import { endGroup } from '../../src/executor/end-group.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { createNodeProcesses } from '../../src/host/node-processes.ts';
import { processesWith, uniqueSleep } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';

const ROUNDS = 150;
/** By then the commands below have ended, however busy the machine is. */
const LATEST_MS = 2.5;

for (const launcher of ['first', 'never'] as const) {
	describe(`endGroup(), launcher ${launcher}`, ({ test }) => {
		for (const [title, toCommand] of [
			['a command and its child', (duration: string) => `sleep ${duration} & echo`],
			['grandchildren of nobody', (duration: string) => `(sh -c "sleep ${duration} &") & echo`],
		] as const) {
			test(`leaves nobody of ${title}, at whatever moment of their start`, async () => {
				const processes = createNodeProcesses({ launcher });
				const duration = uniqueSleep();
				// Others who come and go, as on any busy machine.
				const crowd = spawn('sh', ['-c', 'while :; do /bin/true; done'], { detached: true, stdio: 'ignore' });
				const spec = { command: toCommand(duration), shell: 'sh', cwd: '/', env: { PATH: process.env.PATH ?? '' } };
				for (let round = 0; round < ROUNDS; round += 1) {
					const group = await processes.spawnGroup(spec);
					const end = performance.now() + (round / ROUNDS) * LATEST_MS;
					while (performance.now() < end);
					const { stuck } = await endGroup(group, nodeClock, { graceMs: 2000, patienceMs: 2000 });
					assert.equal(stuck, []);
					await group.exited;
					group.closeStreams();
				}
				process.kill(-(crowd.pid ?? 0), 'SIGKILL');
				assert.equal(processesWith(duration), []);
				processes.close();
			});
		}
	});
}
