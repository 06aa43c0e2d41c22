import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { formatDuration } from '../src/core/durations.ts';

// npm run ok [part…] [-- --without part]: the whole gate, or some of its parts.
const PARTS: Readonly<Record<string, readonly string[]>> = {
	build: ['npm', 'run', '--silent', 'build'],
	types: ['npx', 'tsc', '-b', '--force'],
	lint: ['npm', 'run', '--silent', 'lint'],
	layers: ['npm', 'run', '--silent', 'check:layers'],
	docs: ['npm', 'run', '--silent', 'check:docs'],
	size: ['npm', 'run', '--silent', 'check:size'],
	generated: ['npm', 'run', '--silent', 'check:generated'],
	tests: ['npm', 'test', '--silent'],
};
const OUTPUT_CHARS = 20_000;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { without: { type: 'string', multiple: true, default: [] } },
});
const unknown = [...positionals, ...values.without].filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
	console.error(`There is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);
	process.exit(2);
}
const names = Object.keys(PARTS).filter(
	(name) => (positionals.length === 0 || positionals.includes(name)) && !values.without.includes(name),
);
const failed: string[] = [];
const started = performance.now();
for (const name of names) await runPart(name, PARTS[name] ?? []);
const total = formatDuration(performance.now() - started);
console.log(
	failed.length === 0
		? `All ${names.length} parts are ok, ${total}`
		: `${failed.length} of ${names.length} parts failed, ${total}: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** All parts are run, so that one look shows all that is wrong. */
async function runPart(name: string, [program = '', ...args]: readonly string[]): Promise<void> {
	const start = performance.now();
	const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (chunk: string) => {
			output = (output + chunk).slice(-OUTPUT_CHARS);
		});
	}
	const [exitCode] = await once(child, 'close');
	const time = formatDuration(performance.now() - start).padStart(6);
	const lastLine = output.trimEnd().split('\n').at(-1) ?? '';
	if (exitCode === 0) {
		console.log(`ok    ${name.padEnd(10)}${time}  ${lastLine}`);
		return;
	}
	failed.push(name);
	console.log(`FAIL  ${name.padEnd(10)}${time}\n${output.trimEnd()}`);
}
