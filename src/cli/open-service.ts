import { resolve } from 'node:path';
import type { ServeConfig } from '../config/resolve-serve-config.ts';
import type { Clock, Signer } from '../core/ports.ts';
import type { Doorkeeper } from '../executor/front.ts';
import type { ExecutorGuard, ExecutorObserver } from '../executor/hooks.ts';
import { createLogger, type Log } from '../executor/operation/create-logger.ts';
import { createHealthProbes, startHealthChecks } from '../executor/operation/health-checks.ts';
import { createLogObserver, joinObservers } from '../executor/operation/log-observer.ts';
import { createMetrics } from '../executor/operation/metrics.ts';
import { openAuditLog } from '../executor/security/audit-log.ts';
import { createGuard, type GuardRules } from '../executor/security/create-guard.ts';
import { maskSecrets } from '../executor/security/mask-secrets.ts';
import { createRateLimit } from '../executor/security/rate-limit.ts';
import { scrubEnv } from '../executor/security/scrub-env.ts';
import type { ExecutorOptions } from '../executor/settings.ts';
import { loadSigningKey } from '../host/load-signing-key.ts';
import { createNodeSigner } from '../host/node-signer.ts';
import type { Io } from './io.ts';
import { readServeAccess, type ServeAccess } from './serve-access.ts';

/** Everything around an executor that strangers reach: who gets in, what may run, what is told of it. */
export interface Service extends AsyncDisposable {
	readonly log: Log;
	readonly doorkeeper: Doorkeeper;
	readonly guard: ExecutorGuard;
	readonly observer: ExecutorObserver;
	/** Absent where nothing is signed. */
	readonly signer?: Signer;
	readonly executorOptions: ExecutorOptions;
	/** Absent where no audit log is kept. */
	readonly reopenAudit?: () => void;
}

/**
 * Puts the parts together.
 *
 * @throws {AppError} What the config asks for can't be had.
 */
export async function openService(config: ServeConfig, io: Io, clock: Clock): Promise<Service> {
	const access = await readServeAccess(config, io);
	const secrets = access.token === undefined ? [] : [access.token];
	const log = createLogger(config.logLevel, clock, (line) => io.err(maskSecrets(line, secrets)));
	for (const warning of access.warnings) log('warn', warning);
	const env = scrubEnv(io.env, config.dropEnv);
	const audit = config.audit === null ? null : openAuditLog(resolve(config.audit), clock, secrets);
	const metrics = createMetrics();
	const limits = {
		lagMs: config.healthLag,
		minFreeBytes: config.healthDisk,
		everyMs: Math.max(1000, config.healthEvery),
	};
	const health = await startHealthChecks(createHealthProbes(resolve(config.transcripts)), limits, clock);
	const connections = createRateLimit(config.connectionRate, clock);
	const rate = createRateLimit(config.executionRate, clock);
	const logged = createLogObserver(log);
	return {
		log,
		...(config.key === null ? {} : { signer: createNodeSigner(await loadSigningKey(resolve(config.key))) }),
		// What can't be recorded must not happen.
		guard: createGuard({ ...toGuardRules(config, access), env, rate, problem: () => audit?.problem() ?? null }),
		observer: joinObservers([logged, metrics.observer, ...(audit ? [audit.observer] : [])]),
		doorkeeper: {
			...(access.token === undefined ? {} : { token: access.token }),
			...(access.tls === undefined ? {} : { tls: access.tls }),
			admit: (address) => connections.admit(address),
			problems: () => [...health.problems(), ...(audit?.problem() ? [audit.problem() ?? ''] : [])],
			metrics: () => metrics.format(gaugesOf(health.lagMs, health.problems().length === 0)),
			onRefused: (address, reason) => {
				metrics.refused();
				audit?.refused(address, reason);
				log('warn', 'connection refused', { address, reason });
			},
		},
		executorOptions: toExecutorOptions(config, env),
		...(audit ? { reopenAudit: audit.reopen } : {}),
		[Symbol.asyncDispose]: async () => {
			health.close();
			audit?.close();
		},
	};
}

const toGuardRules = (
	config: ServeConfig,
	{ policy, sandbox, roots }: ServeAccess,
): Omit<GuardRules, 'env' | 'rate' | 'problem'> => ({
	...(policy ? { policy } : {}),
	...(sandbox ? { sandbox } : {}),
	roots,
	limits: {
		cpuSeconds: Math.ceil(config.cpuTime / 1000),
		memoryBytes: config.memory,
		openFiles: config.openFiles,
		processes: config.processes,
	},
	shell: config.shell,
});

const toExecutorOptions = (config: ServeConfig, env: NonNullable<ExecutorOptions['env']>): ExecutorOptions => ({
	graceMs: config.grace,
	shell: config.shell,
	env,
	patienceMs: config.patience,
	quietMs: config.quiet,
	drainMs: config.readOut,
	heartbeatMs: config.heartbeat,
	heartbeatTimeoutMs: config.heartbeatTimeout,
	inBandPingMs: config.jsonPing,
	idleMs: config.idle,
	sendTimeoutMs: config.sendTimeout,
	maxLeaseMs: config.maxLease,
	maxLeases: config.maxLeases,
	replayBytes: config.replay,
	newestBytes: config.newest,
	maxOutputBytes: config.maxOutput,
	stallMs: config.stall,
	maxSessions: config.maxSessions,
	maxExecutionsPerSession: config.maxExecutions,
	maxFrameBytes: config.maxMessage,
	highWaterBytes: config.highWater,
	allowedOrigins: config.allowOrigin,
});

function gaugesOf(lagMs: number, isHealthy: boolean) {
	const { rss, heapUsed } = process.memoryUsage();
	return {
		event_loop_lag_seconds: { help: 'Longest wait of the event loop in the last interval', value: lagMs / 1000 },
		resident_memory_bytes: { help: 'Resident memory of the executor', value: rss },
		heap_used_bytes: { help: 'Memory of JavaScript objects in use', value: heapUsed },
		uptime_seconds: { help: 'Since the executor started', value: process.uptime() },
		healthy: { help: '1 while /health is healthy', value: isHealthy ? 1 : 0 },
	};
}
