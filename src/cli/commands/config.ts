import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { explainConfig } from '../../config/explain-config.ts';
import { clipLine } from '../../report/clip-line.ts';
import { createHost } from '../create-host.ts';
import type { Invocation } from '../io.ts';
import { findConfigFile, loadConfig } from '../load-config.ts';
import { loadGatePolicy } from '../load-gate-policy.ts';
import { optionText } from '../option-text.ts';
import { toRunFlags } from '../parse-argv.ts';

/** `verify config`: every option of a run and of the gate, and who said so. */
export async function config({ options, io }: Invocation): Promise<number> {
	const configFile = optionText(options.config);
	const flags = toRunFlags(options);
	// Both say what can't be taken, so that below everything can.
	await loadConfig(flags, io, configFile);
	await loadGatePolicy({ policyFile: null, configFile, flags: {} }, io, createHost().files);
	const found = await findConfigFile(io, configFile);
	const path = found && (relative(io.cwd, found.path) || found.path);
	const file = found && path ? { path, values: found.values, text: await readFile(found.path, 'utf8') } : null;
	const values = explainConfig({ file, env: io.env, flags, cores: availableParallelism() });
	if (options.json === true) {
		io.out(JSON.stringify({ file: path, values }));
		return 0;
	}
	const keyWidth = Math.max(...values.map(({ key }) => key.length)) + 2;
	const width = Math.max(80, io.columns);
	const room = Math.max(24, Math.min(width - keyWidth - 32, Math.max(...values.map(({ text }) => text.length)) + 2));
	for (const { key, text, place } of values) {
		io.out(`${key.padEnd(keyWidth)}${clipLine(text, room - 2).padEnd(room)}${place ?? 'default'}`);
	}
	io.err(path === null ? 'verify: no config file' : `verify: config file ${path}`);
	return 0;
}
