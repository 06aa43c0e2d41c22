/** What a peer may send at most; every executor starts from these, its options change them. */
export const LIMITS = {
	/** Bytes of one message from a client. */
	frameBytes: 10 * 1024 * 1024,
	/** Arrays and objects inside each other. */
	jsonDepth: 64,
	/** Requests in one batch. */
	batchSize: 100,
	/** Characters of an execution id or a marker. */
	idLength: 128,
	/** Characters of the subject of an execution. */
	subjectLength: 200,
	/** Connections at once. */
	sessions: 100,
	/** Executions of one connection at once. */
	executionsPerSession: 100,
	/** Requests of one connection that wait for their turn before its socket is no longer read. */
	queuedRequests: 64,
	/** Bytes of one `process.output` before it is encoded. */
	chunkBytes: 64 * 1024,
	/** Bytes that wait in a socket before its executions are no longer read. */
	highWaterBytes: 1024 * 1024,
	/** Bytes that wait in a socket when reading goes on. */
	lowWaterBytes: 256 * 1024,
	/** Bytes of output of an execution with a lease that may be unacknowledged before it is no longer read. */
	replayBytes: 2 * 1024 * 1024,
	/** Bytes of output of an execution with `drop-oldest` that may wait before the oldest is dropped. */
	newestBytes: 1024 * 1024,
	/** Milliseconds that an execution may outlive its connection. */
	leaseMs: 3_600_000,
	/** Executions with a lease at once. */
	leases: 100,
	/** Bytes of output kept in a transcript from the start of an execution, and as many from its end. */
	transcriptBytes: 256 * 1024,
} as const;

/** The version of the wire that `connected` announces; clients of the first executor know no other. */
export const WIRE_VERSION = '1.0.0';

/** What our executor can do; the first three are those of the first executor. See `docs/protocol.md`. */
export const CAPABILITIES = [
	'execute',
	'control',
	'stream',
	'multiplex',
	'marker',
	'binary',
	'limits',
	'attach',
	'overflow',
	'attestation',
	'subject',
] as const;

/** WebSocket paths that are served. */
export const WIRE_PATHS = ['/ws/mcp', '/ws'] as const;
