import { nodeHashes } from '../../host/node-hashes.ts';

/** Names of lower case letters, digits and `_`, with single `-` and `.` between them; what else a path may hold is told by a digest. */
const PLAIN = /^(?:\w+(?:[-.]\w+)*\/)*\w+(?:[-.]\w+)*\.md$/;

/** Endings of the files that stand beside the folders. */
const OWN_FILE = /\.(?:html|json|xml)$/;

/** File systems end at 255 bytes. */
const MOST_LENGTH = 120;

/**
 * Folder of a prompt below the folder of a run: `prompts-deploy` for `prompts/deploy.md`, `prompts-roll--back` for `prompts/roll-back.md`. A
 * hyphen of the name itself is doubled, so that `a/b.md` and `a-b.md` do not share a folder. Names that could not be told apart in this way,
 * or not where upper and lower case are one, end with a digest of the path: `SKILL~0e95f5a3666031d6`.
 *
 * @param file - As the run names it; no two have the same folder.
 */
export function promptFolder(file: string): string {
	const name = file.replace(/\.md$/i, '');
	if (file === file.toLowerCase() && PLAIN.test(file) && !OWN_FILE.test(name)) {
		const folder = name.replaceAll('-', '--').replaceAll('/', '-');
		if (folder.length <= MOST_LENGTH) return folder;
	}
	const readable = name
		.replace(/[^A-Za-z0-9._-]+/g, '-')
		.replace(/^[-.]+/, '')
		.slice(0, MOST_LENGTH);
	return `${readable || 'prompt'}~${nodeHashes.sha256(file).slice(0, 16)}`;
}
