import { createLauncher } from '../../src/host/launcher.ts';

/** Starts a step by a launcher, says so, and stays until it is killed. */
const env = { PATH: process.env.PATH ?? '' };
const child = await createLauncher(env)?.launch({ command: 'sleep 0.1', shell: 'sh', cwd: '/', env });
console.log(`up ${child?.pid}`);
setInterval(() => {}, 1000);
