import pc from 'picocolors';
import { PLAIN_STYLE, type Style } from '../report/style.ts';
import type { Io } from './io.ts';

/**
 * Chooses colours: an explicit flag beats FORCE_COLOR, that beats NO_COLOR, TERM=dumb and the question whether a person reads.
 *
 * @param flag - What `--color`/`--no-color` said; `undefined`: neither.
 */
export function createStyle(io: Io, flag: boolean | undefined): Style {
	const { NO_COLOR, FORCE_COLOR, TERM } = io.env;
	const byEnv = FORCE_COLOR ? FORCE_COLOR !== '0' : !NO_COLOR && TERM !== 'dumb' && io.isOutTty;
	if (flag === false || !byEnv) return PLAIN_STYLE;
	const { bold, dim, red, green, yellow } = pc.createColors(true);
	return { bold, dim, red, green, yellow };
}
