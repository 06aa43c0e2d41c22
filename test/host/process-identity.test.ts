import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as assert from 'uvu/assert';
import { inspectProcess } from '../../src/host/process-identity.ts';
import { describe } from '../helpers/suite.ts';

describe('inspectProcess()', ({ test }) => {
	for (const hasProcfs of process.platform === 'linux' ? [true, false] : [false]) {
		const source = hasProcfs ? 'proc' : 'ps';

		test(`tells a live process, steadily, and a dead one (${source})`, async () => {
			const child = spawn('sleep', ['60']);
			const pid = child.pid ?? 0;
			const first = inspectProcess(pid, { hasProcfs });
			assert.is(first.state, 'alive');
			assert.type(first.state === 'alive' ? first.startedAt : null, 'string');
			assert.equal(inspectProcess(pid, { hasProcfs }), first);
			child.kill('SIGKILL');
			await once(child, 'exit');
			assert.equal(inspectProcess(pid, { hasProcfs }), { state: 'gone' });
		});

		test(`takes a zombie for gone (${source})`, async () => {
			// The child ends and its parent, busy sleeping, does not reap it.
			const parent = spawn('sh', ['-c', 'sh -c "echo \\$\\$" & exec sleep 60'], {
				stdio: ['ignore', 'pipe', 'ignore'],
			});
			const [chunk] = await once(parent.stdout, 'data');
			const pid = Number(String(chunk));
			while (inspectProcess(pid, { hasProcfs }).state === 'alive') await new Promise(setImmediate);
			parent.kill('SIGKILL');
			await once(parent, 'exit');
		});
	}
});
