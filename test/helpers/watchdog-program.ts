import { spawn } from 'node:child_process';
import { createWatchdog } from '../../src/host/watchdog.ts';

/**
 * Wakes a watchdog, starts a command that it is never told of, says so, and stays until it is killed. With `late` the command
 * shows its token only after a while, as one does that is about to be executed.
 */
const token = `:${process.pid}.`;
createWatchdog(token).wake();
const isLate = process.argv[2] === 'late';
const child = isLate
	? spawn('sh', ['-c', `sleep 0.15; GUARDED=${token} exec sleep 300`], { detached: true, stdio: 'ignore' })
	: spawn('sleep', ['300'], { detached: true, stdio: 'ignore', env: { ...process.env, GUARDED: token } });
child.once('spawn', () => console.log(`up ${child.pid}`));
