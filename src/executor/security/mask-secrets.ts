/** Blots secrets out of a line of JSON: a client may put the token where a name belongs. */
export const maskSecrets = (line: string, secrets: readonly string[]): string =>
	secrets.reduce((text, secret) => text.replaceAll(JSON.stringify(secret).slice(1, -1), '***'), line);
