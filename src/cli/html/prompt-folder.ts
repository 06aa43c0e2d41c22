/** Folder of a prompt below the folder of a run, such as `prompts-deploy` for `prompts/deploy.md`. */
export const promptFolder = (file: string): string =>
	file
		.replace(/\.md$/i, '')
		.replace(/[^A-Za-z0-9._-]+/g, '-')
		.replace(/^[-.]+/, '') || 'prompt';
