import { spawn } from 'node:child_process';
import { createWatchdog } from '../../src/host/watchdog.ts';

/** Wakes a watchdog, starts a command that it is never told of, says so, and stays until it is killed. */
const token = `:${process.pid}.`;
createWatchdog(token).wake();
const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore', env: { ...process.env, GUARDED: token } });
child.once('spawn', () => console.log(`up ${child.pid}`));
