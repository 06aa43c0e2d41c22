// The baseline of a flood: Node reads a child's pipe and counts bytes.
// usage: node raw-pipe.mjs <command>
import { spawn } from 'node:child_process';

const child = spawn('sh', ['-c', process.argv[2]], { stdio: ['ignore', 'pipe', 'ignore'] });
let bytes = 0;
child.stdout.on('data', (chunk) => {
	bytes += chunk.length;
});
child.on('close', () => console.log(bytes));
