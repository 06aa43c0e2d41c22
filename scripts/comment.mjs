// Tells a result in one comment of a pull request: node scripts/comment.mjs <markdown file>. Each run of the same key writes over the last.
// A comment is a courtesy: what goes wrong here is a warning, never a failed job.
import { readFile } from 'node:fs/promises';

const {
	GITHUB_API_URL = 'https://api.github.com',
	GITHUB_EVENT_PATH = '',
	GITHUB_REPOSITORY = '',
	GITHUB_TOKEN = '',
} = process.env;
/** What GitHub takes for one comment. */
const MOST_CHARACTERS = 65_536;
const MOST_PAGES = 30;

try {
	await main(process.argv[2] ?? '');
} catch (error) {
	const reason = error instanceof Error ? error.message : String(error);
	say(`::warning title=verify::Cannot comment on the pull request: ${escapeData(reason)}`);
}

/** @param {string} file */
async function main(file) {
	const event = JSON.parse(await readFile(GITHUB_EVENT_PATH, 'utf8'));
	const number = event.pull_request?.number;
	if (number === undefined) {
		say('verify: this event is of no pull request, there is nothing to comment on');
		return;
	}
	// An HTML comment must not end early. https://spec.commonmark.org/0.31.2/#html-blocks
	const marker = `<!-- tenfold verify ${(process.env.COMMENT_KEY ?? '').replace(/[^A-Za-z0-9._ /]+/g, '-')} -->`;
	const body = `${marker}\n${await readFile(file, 'utf8')}`.slice(0, MOST_CHARACTERS);
	const issue = `/repos/${GITHUB_REPOSITORY}/issues`;
	const earlier = await findComment(`${issue}/${number}/comments`, marker);
	if (earlier === undefined) await request('POST', `${issue}/${number}/comments`, { body });
	else await request('PATCH', `${issue}/comments/${earlier}`, { body });
	say(`verify: ${earlier === undefined ? 'commented on' : 'updated the comment of'} #${number}`);
}

/**
 * @param {string} path
 * @param {string} marker
 * @returns {Promise<number | undefined>}
 */
async function findComment(path, marker) {
	for (let page = 1; page <= MOST_PAGES; page += 1) {
		const comments = await request('GET', `${path}?per_page=100&page=${page}`);
		const found = comments.find((/** @type {{ body?: string }} */ { body }) => body?.startsWith(marker));
		if (found) return found.id;
		if (comments.length < 100) return undefined;
	}
	return undefined;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function request(method, path, body) {
	const response = await fetch(`${GITHUB_API_URL}${path}`, {
		method,
		headers: {
			accept: 'application/vnd.github+json',
			authorization: `Bearer ${GITHUB_TOKEN}`,
			'content-type': 'application/json',
			'x-github-api-version': '2022-11-28',
		},
		signal: AbortSignal.timeout(30_000),
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	if (response.ok) return response.json();
	const hint =
		response.status === 403 || response.status === 404 ? '; it needs the permission pull-requests: write' : '';
	throw new Error(`${method} ${path} was answered with ${response.status}${hint}`);
}

/** @param {string} text */
function escapeData(text) {
	return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** @param {string} line */
function say(line) {
	process.stdout.write(`${line}\n`);
}
