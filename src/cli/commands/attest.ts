import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError, isAppError } from '../../core/errors.ts';
import type { Files, Hashes, Signer } from '../../core/ports.ts';
import { decodeUtf8 } from '../../core/utf8.ts';
import { loadSigningKey } from '../../host/load-signing-key.ts';
import { nodeSignatures } from '../../host/node-signatures.ts';
import { createNodeSigner } from '../../host/node-signer.ts';
import { parsePrompt } from '../../prompt/parse-prompt.ts';
import { digestStep } from '../../prompt/step-digest.ts';
import { formatBundle, parseBundle } from '../../report/attest/bundle.ts';
import { buildStatements } from '../../report/attest/statement.ts';
import { type BundleCheck, verifyBundle } from '../../report/attest/verify-bundle.ts';
import { createHost, type Host } from '../create-host.ts';
import { createStyle } from '../create-style.ts';
import type { Invocation, Io } from '../io.ts';
import { loadConfig } from '../load-config.ts';
import { optionText } from '../option-text.ts';
import { toRunFlags } from '../parse-argv.ts';
import { readRunRecord } from '../read-run-record.ts';

/** `verify attest`: writes what a run came to as in-toto statements; with `--verify` checks such a file, exit 6 when it is wrong. */
export function attest(invocation: Invocation): Promise<number> {
	return invocation.options.verify === undefined ? write(invocation) : check(invocation);
}

async function write({ args, options, io }: Invocation): Promise<number> {
	const config = await loadConfig(toRunFlags(options), io, optionText(options.config));
	const host = createHost();
	const { path, record, sha256 } = await readRunRecord(args[0] ?? null, config.reports, host);
	const statements = buildStatements(record, sha256);
	if (statements === null) {
		const why = record.exitCode === null ? 'the run was not finished' : 'it does not tell the digests of its prompts';
		throw new AppError('REPORT_INVALID', `Cannot attest ${path}: ${why}`, { advice: 'Run the prompts once more' });
	}
	const key = optionText(options.key);
	const bundle = formatBundle(statements, key === null ? null : await loadKey(key, host.files));
	const output = optionText(options.output);
	if (output === null) io.out(bundle.trimEnd());
	else await host.files.write(output, bundle);
	const how = key === null ? 'unsigned' : 'signed';
	io.err(
		`verify: attested run ${record.run}, ${statements.length} statements, ${how}${output === null ? '' : `: ${output}`}`,
	);
	return 0;
}

async function check({ options, io }: Invocation): Promise<number> {
	const host = createHost();
	const path = String(options.verify);
	const text = new TextDecoder().decode(await host.files.read(path));
	const key = optionText(options.publicKey);
	const publicKey = key === null ? null : await readPublicKey(key);
	const lines = parseBundle(text);
	const names = lines.flatMap(({ statement }) => statement?.subject.map(({ name }) => name) ?? []);
	const files = await readSubjects(names, host);
	const checks = verifyBundle(
		lines,
		{
			publicKey,
			digestOf: (name) => files.get(name)?.sha256 ?? null,
			stepsOf: (name) => files.get(name)?.steps ?? null,
		},
		nodeSignatures,
	);
	const wrong = checks.filter(({ answer }) => answer === 'wrong').length;
	const exitCode = wrong > 0 ? 6 : 0;
	if (options.json === true) io.out(JSON.stringify({ v: 1, file: path, exitCode, checks }));
	else for (const line of formatChecks(checks, path, io)) io.out(line);
	io.err(`verify: ${sumUp(checks, wrong)} (exit code ${exitCode})`);
	return exitCode;
}

function sumUp(checks: readonly BundleCheck[], wrong: number): string {
	if (wrong > 0) return `${wrong} of ${checks.length} checks failed`;
	const isSigned = !checks.some(({ name, answer }) => name === 'signature' && answer === 'unknown');
	return isSigned ? 'attestation verified' : 'subjects verified, signatures not checked';
}

function formatChecks(checks: readonly BundleCheck[], path: string, io: Io): readonly string[] {
	const style = createStyle(io, undefined);
	const marks = { ok: style.green('ok  '), unknown: style.yellow('warn'), wrong: style.red('FAIL') };
	return checks.map(({ line, name, answer, detail }) => `${marks[answer]}  ${path}:${line}  ${name}  ${detail}`);
}

interface Subject {
	readonly sha256: string;
	/** By number; `null`: it is not UTF-8. */
	readonly steps: ReadonlyMap<number, string> | null;
}

/** @returns The files of these names that are here and can be read. */
async function readSubjects(names: readonly string[], { files, hashes }: Host): Promise<ReadonlyMap<string, Subject>> {
	const subjects = new Map<string, Subject>();
	for (const name of new Set(names)) {
		try {
			const bytes = await files.read(name);
			subjects.set(name, { sha256: hashes.sha256(bytes), steps: digestSteps(bytes, hashes) });
		} catch (error) {
			if (!isAppError(error)) throw error;
		}
	}
	return subjects;
}

function digestSteps(bytes: Uint8Array, hashes: Hashes): Subject['steps'] {
	const source = decodeUtf8(bytes);
	if (source === null) return null;
	const prompt = parsePrompt(source);
	return new Map(prompt.steps.map((step) => [step.number, digestStep(prompt, step, hashes)]));
}

/** Unlike an executor, who attests must not make a key on the way: nobody would know it. */
async function loadKey(path: string, files: Files): Promise<Signer> {
	await files.read(path);
	return createNodeSigner(await loadSigningKey(path));
}

/** @returns The 32 bytes in base64url. */
async function readPublicKey(key: string): Promise<string> {
	if (/^[A-Za-z0-9_-]{43}$/.test(key)) return key;
	try {
		// A private key will do: the public one is part of it.
		const { kty, crv, x } = createPublicKey(await readFile(key)).export({ format: 'jwk' });
		if (kty === 'OKP' && crv === 'Ed25519' && x) return x;
	} catch (cause) {
		throw new AppError(
			'CONFIG_INVALID',
			`Cannot use the public key ${key}: it is neither a key in PEM nor 43 letters of base64url`,
			{
				cause,
				advice: 'Make one with: openssl pkey -in signing.key -pubout -out signing.pub',
			},
		);
	}
	throw new AppError('CONFIG_INVALID', `Cannot use the public key ${key}: it is not of the kind Ed25519`);
}
