import { nodeSignatures } from '../host/node-signatures.ts';
import { assertQuickCheck } from '../run/doctor/quick-check.ts';
import type { Host } from './create-host.ts';
import type { OpenExecutor } from './open-executor.ts';

/**
 * Asks a remote executor for an end that is known, before anything else that it tells may count; the embedded one is our own code.
 *
 * @returns What the user should know.
 * @throws {AppError} `CONTROL_FAILED`.
 */
export async function checkRemote(
	{ client, description }: OpenExecutor,
	host: Host,
): Promise<OpenExecutor['warnings']> {
	if (description.kind === 'embedded') return [];
	const message = await assertQuickCheck(client, { ...host, signatures: nodeSignatures });
	return message === null ? [] : [{ message, advice: 'Let its policy allow printf and exit' }];
}
