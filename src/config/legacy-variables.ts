/** An environment variable of the first executor that stands for an option of ours. */
export interface LegacyVariable {
	readonly env: string;
	/** How its value is written: as ours, in upper case, as a number of seconds, or as `true`. */
	readonly written: 'same' | 'upper-case' | 'seconds' | 'switch';
	/** What `true` stands for, written as ours. */
	readonly means?: string;
	/** Another variable, which must be `true`. */
	readonly needs?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Looks for what the environment of the first executor says of an option.
 *
 * @returns The value as we write it, not checked, and the variable's name; `null` where none of them says anything.
 */
export function findLegacy(
	variables: readonly LegacyVariable[],
	env: Env,
): { readonly raw: string; readonly origin: string } | null {
	for (const variable of variables) {
		const raw = readLegacy(variable, env);
		if (raw !== null) return { raw, origin: variable.env };
	}
	return null;
}

function readLegacy({ env: name, written, means = '', needs }: LegacyVariable, env: Env): string | null {
	const value = env[name];
	if (!value || (needs !== undefined && !isTrue(env[needs]))) return null;
	switch (written) {
		case 'same':
			return value;
		case 'upper-case':
			return value.toLowerCase().replace(/^warning$/, 'warn');
		case 'seconds':
			return `${value}s`;
		case 'switch':
			return isTrue(value) ? means : null;
	}
}

/** As the first executor read it. Other programs have values of their own for names such as `DEBUG`. */
const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === 'true';

/** Variables of the first executor that mean nothing here, and why. */
export const MEANINGLESS_VARIABLES = {
	MAX_BUFFER_SIZE: 'it bounded a line; lines have any length here, and `highWater` bounds what waits',
	MAX_BUFFER_LINES: 'nothing read it, and output is not kept by lines',
	DEFAULT_EXECUTION_TIMEOUT: 'nothing that ran a command read it; a client sets `timeout_ms`',
	TEST_MODE: 'nothing read it',
	REDIS_URL: 'sessions and times are not kept outside of the process',
	RUNNING_IN_DOCKER: 'nothing depends on it',
	DISABLE_VENV_WRAPPING: 'commands are not wrapped; `env` of a request sets variables',
	CLAUDE_SESSION_ID: 'nothing is done for one program alone',
} as const;
