import { closeSync, openSync } from 'node:fs';
import { createLauncher } from '../../src/host/launcher.ts';

/** Takes all descriptors of this process while a command runs, so that the pipes for the next one can't be opened; tells what became of both. */
const env = { PATH: process.env.PATH ?? '' };
const spec = { shell: 'sh', cwd: '/', env };
const launcher = createLauncher(env);
// Somebody keeps its pipes open past its end.
const child = await launcher?.launch({
	...spec,
	command: 'sleep 30 & trap "exit 7" USR1; echo ready; while :; do sleep 0.01; done',
});
if (!launcher || !child) throw new Error('Not launched');
const ended = new Promise<unknown>((resolve) => child.once('exit', (...end) => resolve(end)));
child.stderr.on('data', () => {});
await new Promise((resolve) => child.stdout.on('data', resolve));

const taken: number[] = [];
try {
	while (true) taken.push(openSync('/dev/null', 'r'));
} catch {
	process.kill(child.pid, 'SIGUSR1');
}
const end = await ended;
const next = await launcher.launch({ ...spec, command: 'true' });
for (const descriptor of taken) closeSync(descriptor);
process.kill(-child.pid, 'SIGKILL');
console.log(JSON.stringify({ end, next }));
launcher.close();
