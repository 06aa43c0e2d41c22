/** Makes a word of a POSIX shell that means exactly this text. */
export const quoteWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Quotes a word for a POSIX shell where it needs it, so that a command that is shown can be pasted. */
export const quoteForShell = (word: string): string => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : quoteWord(word));
