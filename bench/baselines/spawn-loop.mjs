// The baseline: what a good engineer writes by hand. Runs a command N times, one after the other, and compares its output.
// usage: node spawn-loop.mjs <N> <command> <expected output>
import { spawn } from 'node:child_process';

const [count, command, expected] = [Number(process.argv[2]), process.argv[3], process.argv[4]];
for (let index = 0; index < count; index += 1) {
	const output = await new Promise((resolve, reject) => {
		const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
		let text = '';
		child.stdout.on('data', (chunk) => {
			text += chunk;
		});
		child.stderr.on('data', (chunk) => {
			text += chunk;
		});
		child.on('error', reject);
		child.on('close', () => resolve(text));
	});
	if (output.trimEnd() !== expected) throw new Error(`Step ${index} printed ${output}`);
}
