import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { GroupSpec } from '../../core/ports.ts';
import type { CommandRequest, ExecutorGuard } from '../hooks.ts';
import type { CommandPolicy } from '../policy/command-policy.ts';
import { createCommandJudge } from '../policy/judge-command.ts';
import type { RateLimit } from './rate-limit.ts';
import { limitGroup, type ResourceLimits, type Sandbox, sandboxGroup } from './wrap-group.ts';

/** What a guard looks at; what is not set is not looked at. */
export interface GuardRules {
	readonly policy?: CommandPolicy;
	/** Folders that commands may start in, real and absolute. */
	readonly roots: readonly string[];
	/** Executions of an address. */
	readonly rate: RateLimit;
	readonly limits: ResourceLimits;
	readonly sandbox?: Sandbox;
	/** What commands inherit: the policy judges what a client changes of it. */
	readonly env: Readonly<Record<string, string>>;
	/** The executor's own shell. */
	readonly shell: string;
	/** Why nothing may run at present, one sentence; `null` while all is well. */
	problem(): string | null;
}

/** Set by verify itself for each execution. */
const OWN_VARIABLES = /^(VERIFY_MARKER|VERIFY_EXECUTION_ID|IMPLEMENTATION(_\d+)?)$/;

/** Puts the rules together: first those that cost nothing. */
export function createGuard(rules: GuardRules): ExecutorGuard {
	const folders = (rules.env.PATH ?? '').split(':').filter(isAbsolute);
	const judge = rules.policy ? createCommandJudge(rules.policy, { folders }) : null;
	const shells = [rules.shell, ...(rules.policy?.shells ?? [])];

	const refuseByPolicy = ({ command, shell, env }: GroupSpec): string | null => {
		if (judge === null) return null;
		if (!shells.includes(shell)) return `The shell ${shell} is not allowed`;
		const changed = Object.keys(env).find(
			(name) => env[name] !== rules.env[name] && !OWN_VARIABLES.test(name) && !judge.maySet(name),
		);
		return changed === undefined ? judge.judge(command) : `The variable ${changed} may not be set`;
	};
	return {
		refuse: ({ group, peer }: CommandRequest) =>
			rules.problem() ??
			(rules.rate.admit(peer.address) ? null : 'Too many executions a minute') ??
			(isInside(group.cwd, rules.roots) ? null : `Commands may not start in ${group.cwd}`) ??
			refuseByPolicy(group),
		wrap: (group) => {
			const limited = limitGroup(group, rules.limits);
			return rules.sandbox ? sandboxGroup(limited, rules.sandbox) : limited;
		},
	};
}

/** Links are followed first: a link inside a root may lead out of it. */
function isInside(folder: string, roots: readonly string[]): boolean {
	if (roots.length === 0) return true;
	let real: string;
	try {
		real = realpathSync(resolve(folder));
	} catch {
		return false;
	}
	return roots.some((root) => {
		const way = relative(root, real);
		return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
	});
}
