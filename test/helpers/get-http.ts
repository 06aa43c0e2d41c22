import { request } from 'node:http';

/** An answer of the HTTP side of an executor. */
export interface HttpAnswer {
	readonly status: number;
	readonly text: string;
}

/**
 * Asks the HTTP side of an executor, also of one on a private socket.
 *
 * @param url - Of its wire: `ws:` or `ws+unix:`.
 */
export function getHttp(url: string, path: string): Promise<HttpAnswer> {
	const [, socketPath] = /^ws\+unix:(.*):\/.*$/.exec(url) ?? [];
	const { hostname, port } = new URL(url);
	const target = socketPath === undefined ? { hostname, port } : { socketPath };
	return new Promise((resolve, reject) => {
		// Its own connection: none is kept open that would count.
		const asking = request({ ...target, path, agent: false }, (response) => {
			let text = '';
			response.setEncoding('utf8').on('data', (part: string) => {
				text += part;
			});
			response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
			response.once('error', reject);
		});
		asking.once('error', reject);
		asking.end();
	});
}

/** What `GET /health` tells. */
export const getHealth = async (url: string): Promise<Readonly<Record<string, unknown>>> =>
	JSON.parse((await getHttp(url, '/health')).text);
