import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { Script } from 'node:vm';

/** Where the built program is, and where what is compiled of it is kept. */
export interface ProgramPlace {
	/** Absolute path of the file that is loaded first; the others are below its folder. */
	readonly entry: string;
	/**
	 * Made when something is kept; where it can't be written, everything is compiled at each start. It must be as safe as the program's own
	 * folder: what is in it is run.
	 */
	readonly cacheFolder: string;
}

type Require = (id: string) => unknown;
type ModuleFunction = (
	exports: object,
	require: Require,
	module: { exports: object },
	filename: string,
	dirname: string,
) => void;

/**
 * Loads the program, a bundle of CommonJS files that require each other, with what V8 compiled of it when the same command ran before: to
 * compile it takes longer than most of what it then does.
 *
 * Names of files that several parts share begin with `chunk-`. What is compiled is kept from the first other file after the entry on, and
 * by its name, which is that of the command: each command calls other functions. What comes before is too little to pay. A file that ends
 * in `.cjs` is left to Node: code that was kept can't call `import()`.
 *
 * @returns The `exports` of the entry.
 */
export function loadProgram({ entry, cacheFolder }: ProgramPlace): unknown {
	const modules = new Map<string, { exports: object }>();
	const compiled: { readonly keptAt: string; readonly source: Buffer; readonly script: Script }[] = [];
	// Packages and modules of Node's own, as any file of the bundle would find them.
	const outside = createRequire(entry);
	let command: string | null = null;

	const compile = (path: string): Script => {
		const source = readFileSync(path);
		const code = wrap(source.toString());
		if (command === null) return new Script(code, { filename: path });
		const keptAt = join(cacheFolder, `${process.version}-${process.arch}`, command, basename(path));
		const cachedData = readKept(keptAt, source);
		const script = new Script(code, { filename: path, ...(cachedData && { cachedData }) });
		// V8 refuses what another version of it made, or with other flags.
		if (cachedData === null || script.cachedDataRejected) compiled.push({ keptAt, source, script });
		return script;
	};
	const load = (path: string): object => {
		const known = modules.get(path);
		if (known) return known.exports;
		const module = { exports: {} };
		modules.set(path, module);
		if (path !== entry && !basename(path).startsWith('chunk-')) command ??= basename(path);
		const run = compile(path).runInThisContext() as ModuleFunction;
		const require: Require = (id) => {
			const file = id.startsWith('.') ? resolve(dirname(path), id) : id;
			return file.endsWith('.js') ? load(file) : outside(file);
		};
		run(module.exports, require, module, path, dirname(path));
		return module.exports;
	};

	// At the end, when V8 has compiled what is called: functions come one by one.
	process.once('exit', () => {
		for (const { keptAt, source, script } of compiled) keep(keptAt, source, script.createCachedData());
	});
	return load(entry);
}

const DIGEST_BYTES = 32;

const wrap = (source: string): string => `(function (exports, require, module, __filename, __dirname) { ${source}\n})`;

function readKept(path: string, source: Buffer): Buffer | null {
	try {
		const file = readFileSync(path);
		const data = file.subarray(DIGEST_BYTES);
		return digest(source, data).equals(file.subarray(0, DIGEST_BYTES)) ? data : null;
	} catch {
		return null;
	}
}

/** Renamed into place, so that a process that starts meanwhile reads all of it or nothing. */
function keep(path: string, source: Buffer, data: Buffer): void {
	const fresh = `${path}.${process.pid}`;
	try {
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(fresh, Buffer.concat([digest(source, data), data]));
		renameSync(fresh, path);
	} catch {
		// Read-only installations start slower, and are right all the same.
	}
}

/** V8 looks at no more than the length of a source, and crashes on data that a power cut left half written. */
function digest(source: Buffer, data: Buffer): Buffer {
	// Loaded here, since `--help` does without.
	const { createHash } = nodeRequire('node:crypto') as typeof import('node:crypto');
	return createHash('sha256').update(source).update(data).digest();
}

const nodeRequire = createRequire(import.meta.url);
