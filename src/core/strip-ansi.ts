// CSI sequences, OSC strings, two-character escapes: what colours a line, and what could split a pattern in two. ECMA-48 §5.4
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** Takes terminal control sequences out of a text. */
export const stripAnsi = (text: string): string => (text.includes('\u001b') ? text.replace(ANSI, '') : text);
