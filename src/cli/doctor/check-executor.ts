import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { isAppError } from '../../core/errors.ts';
import { createRunId } from '../../core/ids.ts';
import { nodeSignatures } from '../../host/node-signatures.ts';
import { type Bench, type ControlResult, resolveControlSettings } from '../../run/doctor/control.ts';
import { runControls } from '../../run/doctor/run-controls.ts';
import type { Host } from '../create-host.ts';
import { type OpenExecutor, openExecutor } from '../open-executor.ts';
import { type Finding, ok, trouble } from './finding.ts';

/** What was found out about the executor. */
export interface ExecutorCheckup {
	readonly findings: readonly Finding[];
	/** Empty when it could not be reached. */
	readonly controls: readonly ControlResult[];
}

/** Room for the executor's own words beyond the grace between TERM and KILL. */
const PATIENCE_MS = 10_000;

/**
 * Opens the executor that a run with this config would use, and runs the controls on it. Its transcript goes into a folder of its own that
 * is removed again.
 *
 * @param session - `signal`: ends the controls; those that are left count as not asked.
 * @param onFinding - Called with each finding as it comes.
 */
export async function checkExecutor(
	config: Config,
	{ host, token, signal }: { readonly host: Host; readonly token: string | null; readonly signal: AbortSignal },
	onFinding: (finding: Finding) => void,
): Promise<ExecutorCheckup> {
	const findings: Finding[] = [];
	const tell = (finding: Finding): void => {
		findings.push(finding);
		onFinding(finding);
	};
	const folder = await mkdtemp(join(tmpdir(), 'verify-doctor-'));
	try {
		const run = createRunId(host.clock, host.random);
		const executor = await openExecutor({ ...config, transcripts: folder }, { run, token }, host);
		const end = (): void => void executor.close();
		signal.addEventListener('abort', end);
		try {
			tell(describe(executor));
			const bench: Bench = {
				...host,
				client: executor.client,
				evidence: executor.evidence,
				signatures: nodeSignatures,
				settings: resolveControlSettings({ cancelPatienceMs: config.graceMs + PATIENCE_MS }),
			};
			return { findings, controls: await runControls(bench, (result) => tell(toFinding(result))) };
		} finally {
			signal.removeEventListener('abort', end);
			await executor.close();
		}
	} catch (error) {
		if (!isAppError(error)) throw error;
		const problem = { section: 'executor', name: 'connect', detail: `${error.message} [${error.code}]` } as const;
		tell(trouble('fail', problem, error.advice ?? 'Start the executor, or leave --executor out'));
		return { findings, controls: [] };
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function describe({ client, description: { kind, url, version } }: OpenExecutor): Finding {
	const { publicKey, capabilities } = client.server;
	const where = url === null ? kind : `${kind} at ${url}`;
	const offers = capabilities.size === 0 ? 'no extensions' : [...capabilities].sort().join(' ');
	const signs = publicKey === null ? 'signs nothing' : `signs with ${publicKey}`;
	return ok('executor', 'executor', `${where}, version ${version === '' ? 'unknown' : version}, ${signs}; ${offers}`);
}

function toFinding({ name, outcome, detail, advice, durationMs }: ControlResult): Finding {
	if (outcome === 'passed') return ok('executor', name, `${detail} (${durationMs} ms)`);
	return trouble('fail', { section: 'executor', name, detail }, advice ?? '');
}
