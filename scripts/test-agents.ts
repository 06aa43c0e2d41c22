import { spawn } from 'node:child_process';
import { installClaudeCode } from './testing/claude-code.ts';

// The end-to-end suite with the real CLI of an agent, offline against a stand-in for its model.
const installed = await installClaudeCode();
if ('reason' in installed) {
	console.log(`SKIP  agents: ${installed.reason}`);
	console.log('0 passed, 0 failed, 1 skipped');
} else {
	const runner = [
		'--import',
		'tsx',
		'scripts/test.ts',
		'--glob',
		'test/agents/**/*.agent.ts',
		...process.argv.slice(2),
	];
	const child = spawn(process.execPath, runner, {
		stdio: 'inherit',
		env: { ...process.env, CLAUDE_CODE_PROGRAM: installed.path },
	});
	child.once('close', (code) => {
		process.exitCode = code ?? 1;
	});
}
