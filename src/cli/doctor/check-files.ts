import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isAppError } from '../../core/errors.ts';
import { pluralize } from '../../core/pluralize.ts';
import { executorKeyPath } from '../../host/load-executor-key.ts';
import { loadSigningKey } from '../../host/load-signing-key.ts';
import { createNodeSigner } from '../../host/node-signer.ts';
import { type Finding, ok, trouble } from './finding.ts';
import { probeFile, probeFolder } from './probe.ts';

/** What is looked at. */
export interface FilesToCheck {
	/** Paths of prompts; empty: those of the folder `prompts`, if there is one. */
	readonly prompts: readonly string[];
	readonly reports: string;
	readonly env: NodeJS.ProcessEnv;
}

/** Looks whether a run may write what it writes: counts, ledgers, reports, the executor's key. */
export async function checkFiles({ prompts, reports, env }: FilesToCheck): Promise<readonly Finding[]> {
	const files = prompts.length > 0 ? prompts : await promptsOf('prompts');
	return [
		...(await checkPrompts(files)),
		...(await Promise.all([...new Set(files.map(dirname))].map((folder) => checkLedger(join(folder, '.ledger'))))),
		await checkFolder('files', 'reports', reports),
		await checkKey(executorKeyPath(env)),
	];
}

/** Looks whether a folder can be written, or made. */
export async function checkFolder(section: Finding['section'], name: string, folder: string): Promise<Finding> {
	const found = await probeFolder(folder);
	if (found.kind === 'refused') {
		const problem = { section, name, detail: `cannot be written: ${found.reason}` };
		return trouble('fail', problem, `Make ${folder} a folder that this user may write to`);
	}
	return ok(section, name, found.kind === 'absent' ? `${folder}, will be made` : `${folder}, writable`);
}

async function promptsOf(folder: string): Promise<readonly string[]> {
	const names = await readdir(folder).catch(() => []);
	return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

async function checkPrompts(files: readonly string[]): Promise<readonly Finding[]> {
	const probes = await Promise.all(files.map(async (file) => ({ file, found: await probeFile(file) })));
	const refused = probes.flatMap(({ file, found }) =>
		found.kind === 'refused' ? [{ file, reason: found.reason }] : [],
	);
	if (refused.length === 0)
		return [ok('files', 'prompts', files.length === 0 ? 'none named, none in prompts/' : `${files.length} writable`)];
	return refused.map(({ file, reason }) =>
		trouble(
			'fail',
			{ section: 'files', name: basename(file), detail: `its counts cannot be written: ${reason}` },
			`Check the path, let this user write ${file} and its folder, or run with --no-write`,
		),
	);
}

async function checkLedger(folder: string): Promise<Finding> {
	const place = { section: 'files', name: 'ledger' } as const;
	const found = await probeFolder(folder);
	if (found.kind === 'refused') {
		return trouble(
			'fail',
			{ ...place, detail: `cannot be written: ${found.reason}` },
			`Let this user write to ${folder}: without its ledger a run counts nothing`,
		);
	}
	if (await isIgnored(folder)) {
		return trouble(
			'warn',
			{ ...place, detail: `${folder} is ignored by git` },
			'Take it out of .gitignore and commit it with the prompts: nobody else can audit them without it',
		);
	}
	if (found.kind === 'absent') return ok('files', 'ledger', `${folder}, will be made with the first count`);
	const names = await readdir(folder);
	const attributes = await readFile(join(folder, '.gitattributes'), 'utf8').catch(() => '');
	const count = names.filter((name) => name.endsWith('.jsonl')).length;
	if (count > 0 && !attributes.includes('merge=union')) {
		return trouble(
			'warn',
			{ ...place, detail: `${folder} has no .gitattributes with merge=union` },
			`Write "* merge=union" into ${join(folder, '.gitattributes')}, so that two branches merge`,
		);
	}
	return ok('files', 'ledger', `${folder}, ${pluralize(count, 'ledger')}`);
}

const isIgnored = (folder: string): Promise<boolean> =>
	promisify(execFile)('git', ['-C', dirname(folder), 'check-ignore', '-q', join(basename(folder), 'any.jsonl')]).then(
		() => true,
		() => false,
	);

async function checkKey(path: string): Promise<Finding> {
	const place = { section: 'files', name: 'executor key' } as const;
	const isThere = await stat(path).then(
		() => true,
		() => false,
	);
	if (!isThere) {
		const found = await probeFolder(dirname(path));
		if (found.kind !== 'refused') return ok('files', 'executor key', `${path}, will be made by the first run`);
		return trouble(
			'warn',
			{ ...place, detail: `cannot be made: ${found.reason}` },
			'Set XDG_STATE_HOME to a folder of this user: else each run signs with a key that nobody knows later',
		);
	}
	try {
		const signer = createNodeSigner(await loadSigningKey(path));
		return ok('files', 'executor key', `${path}, only for this user, public key ${signer.publicKey()}`);
	} catch (error) {
		if (!isAppError(error)) throw error;
		return trouble(
			'fail',
			{ ...place, detail: error.message },
			error.advice ?? `Move ${path} away: the next run makes a new one`,
		);
	}
}
