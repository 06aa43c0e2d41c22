import { ENTRY_BYTES, ESCAPE_PROGRAM, type EscapeExports, OVERRUN } from './escape-program.ts';
import type { MessageMemory } from './message-memory.ts';

/** As far as it is used here; TypeScript knows it from browsers alone. */
declare const WebAssembly:
	| undefined
	| {
			readonly Module: new (code: Uint8Array) => object;
			readonly Instance: new (module: object) => { readonly exports: unknown };
	  };

/** What one byte may become: `\u001f`. */
const LONGEST_ESCAPE = 6;
const PAGE_BYTES = 65536;
/** The table of escapes stands before it. */
const TEXT_START = 256 * ENTRY_BYTES;

/** Text as the inside of a string, and the JSON around it. */
export interface JsonText {
	readonly before: string;
	readonly utf8: Buffer;
	readonly after: string;
}

interface Escaper {
	readonly exports: EscapeExports;
	/** All of its memory, until that grows. */
	workspace: Buffer;
}

let escaper: Escaper | null | undefined;

/**
 * Puts text between two pieces of JSON, as the inside of a string: the bytes that `JSON.stringify` gives, without the strings on the way.
 *
 * @param text - `utf8`: valid UTF-8; characters beyond ASCII stand in JSON as they are.
 * @param memory - Gives the bytes that are returned.
 */
export function encodeJsonText({ before, utf8, after }: JsonText, memory: MessageMemory): Buffer {
	escaper = escaper === undefined ? createEscaper() : escaper;
	if (escaper === null) return Buffer.from(`${before}${escapeText(utf8.toString())}${after}`);
	const target = TEXT_START + utf8.length + OVERRUN;
	const needed = target + (before.length + utf8.length + after.length) * LONGEST_ESCAPE + OVERRUN;
	const workspace = workspaceOf(escaper, needed);
	workspace.set(utf8, TEXT_START);
	const start = target + workspace.write(before, target);
	const afterStart = escaper.exports.escape(TEXT_START, TEXT_START + utf8.length, start);
	const end = afterStart + workspace.write(after, afterStart);
	const message = memory.take(end - target);
	workspace.copy(message, 0, target, end);
	return message;
}

/** @returns `null` where WebAssembly is switched off, or the processor too old for it. */
function createEscaper(): Escaper | null {
	if (typeof WebAssembly === 'undefined') return null;
	try {
		const exports = new WebAssembly.Instance(new WebAssembly.Module(ESCAPE_PROGRAM)).exports as EscapeExports;
		const workspace = Buffer.from(exports.memory.buffer);
		for (let byte = 0; byte < 0x80; byte += 1) {
			const length = workspace.write(escapeText(String.fromCharCode(byte)), byte * ENTRY_BYTES);
			workspace[(byte + 1) * ENTRY_BYTES - 1] = length;
		}
		return { exports, workspace };
	} catch {
		return null;
	}
}

function workspaceOf(escaper: Escaper, bytes: number): Buffer {
	const { memory } = escaper.exports;
	const missing = bytes - escaper.workspace.length;
	if (missing > 0) {
		memory.grow(Math.ceil(missing / PAGE_BYTES));
		escaper.workspace = Buffer.from(memory.buffer);
	}
	return escaper.workspace;
}

const escapeText = (text: string): string => JSON.stringify(text).slice(1, -1);
