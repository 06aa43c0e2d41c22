import { AppError } from '../../core/errors.ts';
import type { Io } from '../io.ts';

/** A CI server that is spoken to in its own ways; `none`: nobody, or one that reads what every other reader reads. */
export type CiService = 'github' | 'gitlab' | 'none';

const SERVICES: readonly CiService[] = ['github', 'gitlab', 'none'];

/**
 * Tells which CI server reads what is printed.
 *
 * @param asked - What `--ci` said; `undefined`: the server's own variables tell.
 * @throws {AppError} `USAGE`: it is none of the services.
 */
export function detectCi(asked: unknown, env: Io['env']): CiService {
	if (asked === undefined) {
		if (env.GITHUB_ACTIONS === 'true') return 'github';
		return env.GITLAB_CI === 'true' ? 'gitlab' : 'none';
	}
	const service = SERVICES.find((name) => name === asked);
	if (service) return service;
	throw new AppError('USAGE', `Unknown CI service "${String(asked)}" for --ci`, {
		advice: `Use one of: ${SERVICES.join(', ')}; without --ci the environment tells`,
	});
}
