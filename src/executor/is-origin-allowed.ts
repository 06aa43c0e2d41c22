const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Judges the `Origin` of a WebSocket request: a web page that a browser shows must not run commands.
 *
 * Some libraries that are no browsers send the address they connect to. That one is allowed where it is this machine's own name: a
 * name that somebody else's name server answers for could be rebound to this machine.
 *
 * @param origin - As sent; absent where no browser is behind the request.
 * @param host - The `Host` header.
 */
export function isOriginAllowed(
	origin: string | undefined,
	host: string | undefined,
	allowedOrigins: readonly string[],
): boolean {
	if (origin === undefined || allowedOrigins.includes(origin)) return true;
	if (host === undefined || !URL.canParse(origin)) return false;
	const url = new URL(origin);
	return url.host === host && LOOPBACK.has(url.hostname);
}
