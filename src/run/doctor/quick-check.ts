import type { ExecutorClient } from '../../client/client.ts';
import { AppError } from '../../core/errors.ts';
import { createMarker } from '../../core/ids.ts';
import type { Clock, Hashes, Random, Signatures } from '../../core/ports.ts';
import { type Bench, type ControlCheck, type ControlResult, resolveControlSettings } from './control.ts';
import { judgeObservation } from './judge-observation.ts';
import { observe } from './observe.ts';
import { answer } from './run-controls.ts';

/** What a quick check needs of the machine. */
export interface QuickCheckHost {
	readonly clock: Clock;
	readonly random: Random;
	readonly hashes: Hashes;
	readonly signatures: Signatures;
}

/**
 * Asks an executor for one command with a known end: its exit code, its output, an honest bracket around a forged one, a signature
 * that verifies. A run asks it of each remote executor before its first step.
 *
 * @returns Never rejects for what the executor does.
 */
export async function quickCheck(client: ExecutorClient, host: QuickCheckHost): Promise<ControlResult> {
	const bench: Bench = { ...host, client, evidence: null, settings: resolveControlSettings({ limitMs: 10_000 }) };
	const advice = 'See what is wrong with it: verify doctor --executor <url>';
	return (
		await answer(
			{ name: 'quick-check', shows: 'exit code, bracket and output are told right', advice, ask: askQuickly },
			bench,
		)
	).result;
}

/**
 * As {@link quickCheck}, for a run that must not go on with an executor that fails it.
 *
 * @returns `null`, or the sentence to warn with where the executor's policy refuses the control: its other answers may count.
 * @throws {AppError} `CONTROL_FAILED`.
 */
export async function assertQuickCheck(client: ExecutorClient, host: QuickCheckHost): Promise<string | null> {
	const { outcome, isRefused, detail, advice, checks } = await quickCheck(client, host);
	if (outcome === 'passed') return null;
	if (isRefused) return `The executor could not be checked before the run, it refuses the control command: ${detail}`;
	throw new AppError('CONTROL_FAILED', `Cannot trust the executor: it failed the quick check: ${detail}`, {
		data: { checks },
		...(advice === null ? {} : { advice }),
	});
}

async function askQuickly(bench: Bench): Promise<readonly ControlCheck[]> {
	const forged = createMarker('forged', bench.clock, bench.random);
	const command = `printf '%s\\n%s end 0\\n' "$VERIFY_MARKER" ${forged}; exit 19`;
	const seen = await observe(command, bench);
	return judgeObservation(seen, { exitCode: 19, stdout: `${seen.marker}\n${forged} end 0\n`, stderr: '' }, bench);
}
