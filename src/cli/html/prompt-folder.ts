import { nodeHashes } from '../../host/node-hashes.ts';

/** Segments of letters, digits and `_`, with single `-` and `.` between them; what else a path may hold is told by a digest. */
const PLAIN = /^(?:\w+(?:[-.]\w+)*\/)*\w+(?:[-.]\w+)*\.md$/;

/** Endings of the files that stand beside the folders. */
const OWN_FILE = /\.(?:html|json|xml)$/i;

/** File systems end at 255 bytes. */
const MOST_LENGTH = 120;

/**
 * Folder of a prompt below the folder of a run: `prompts--roll-back` for `prompts/roll-back.md`. Two hyphens stand for a slash, so that
 * `a/b.md` and `a-b.md` do not share a folder. Paths that could not be told apart in this way end with a digest: `a--b~0e95f5a3666031d6`.
 *
 * @param file - As the run names it; no two have the same folder. Where upper and lower case are one, no two such prompts can be.
 */
export function promptFolder(file: string): string {
	const name = file.replace(/\.md$/, '');
	const folder = name.replaceAll('/', '--');
	if (PLAIN.test(file) && !OWN_FILE.test(name) && folder.length <= MOST_LENGTH) return folder;
	const readable = name
		.replace(/[^A-Za-z0-9._-]+/g, '-')
		.replace(/^[-.]+/, '')
		.slice(0, MOST_LENGTH);
	return `${readable || 'prompt'}~${nodeHashes.sha256(file).slice(0, 16)}`;
}
