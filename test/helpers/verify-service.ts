import { createInterface } from 'node:readline';
import { main } from '../../src/cli/main.ts';

// Runs command lines in one process for as long as stdin is open: starting it costs more than what most of them do.
// A line of stdin is {"cwd","env","commands"}, a line of stdout a list of {"code","stdout","stderr"}.
interface Request {
	readonly cwd: string;
	readonly env: Readonly<Record<string, string>>;
	readonly commands: readonly (readonly string[])[];
}

for await (const line of createInterface({ input: process.stdin })) {
	const { cwd, env, commands } = JSON.parse(line) as Request;
	process.chdir(cwd);
	Object.assign(process.env, env);
	const results: unknown[] = [];
	for (const args of commands) results.push(await run(args));
	process.stdout.write(`${JSON.stringify(results)}\n`);
}

async function run(args: readonly string[]): Promise<unknown> {
	const printed = { stdout: '', stderr: '' };
	const code = await main(args, {
		out: (text) => {
			printed.stdout += `${text}\n`;
		},
		err: (text) => {
			printed.stderr += `${text}\n`;
		},
		isErrTty: false,
		isOutTty: false,
		columns: 120,
		env: process.env,
		cwd: process.cwd(),
	});
	return { code, ...printed };
}
