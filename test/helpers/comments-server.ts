import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A comment of a pull request. */
export interface Comment {
	readonly id: number;
	body: string;
}

/** An HTTP server that answers what the REST API of GitHub answers on the comments of pull request 7 of `owner/repo`. */
export interface CommentsServer {
	readonly url: string;
	readonly comments: Comment[];
	/** What the last request had as authorization. */
	readonly authorization: () => string;
	/** Answers 403 from now on, as GitHub does to the tokens of forks. */
	forbid(): void;
	close(): Promise<void>;
}

/** Starts the server with these comments. */
export async function startCommentsServer(bodies: readonly string[]): Promise<CommentsServer> {
	const comments = bodies.map((body, index): Comment => ({ id: index + 1, body }));
	let authorization = '';
	let isForbidden = false;
	const server = createServer(async (request, response) => {
		authorization = request.headers.authorization ?? '';
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const url = new URL(request.url ?? '', 'http://localhost');
		const answer = (status: number, value: unknown): void => {
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
		};
		const body = (): string => (JSON.parse(Buffer.concat(chunks).toString()) as { body: string }).body;
		const one = /^\/repos\/owner\/repo\/issues\/comments\/(\d+)$/.exec(url.pathname)?.[1];
		const found = comments.find(({ id }) => id === Number(one));
		if (isForbidden) answer(403, { message: 'Resource not accessible by integration' });
		else if (request.method === 'PATCH' && found) {
			found.body = body();
			answer(200, found);
		} else if (url.pathname !== '/repos/owner/repo/issues/7/comments') answer(404, { message: 'Not Found' });
		else if (request.method === 'POST') {
			const comment = { id: comments.length + 1, body: body() };
			comments.push(comment);
			answer(201, comment);
		} else {
			const size = Number(url.searchParams.get('per_page') ?? 30);
			const page = Number(url.searchParams.get('page') ?? 1);
			answer(200, comments.slice((page - 1) * size, page * size));
		}
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		comments,
		authorization: () => authorization,
		forbid() {
			isForbidden = true;
		},
		close: () => new Promise((done) => server.close(() => done())),
	};
}
