/** Bytes beyond what it is asked for that the program may read, and write: it takes sixteen at once. */
export const OVERRUN = 16;

/** The escape of byte `n` stands in the memory from `n * ENTRY_BYTES` on; the last of these bytes tells how long it is. */
export const ENTRY_BYTES = 8;

/** What the program exports. */
export interface EscapeExports {
	/** Whoever runs the program writes the table of escapes into it first. */
	readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
	/** Writes the bytes from `start` to `end`, escaped, from `target` on, and returns where that ends. */
	escape(start: number, end: number, target: number): number;
}

type Code = readonly number[];

// The instructions that are needed, as WebAssembly 2.0 §5.4 writes them.
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const constant = (value: number): Code => [0x41, ...signedLeb128(value)];
const load8 = (offset: number): Code => [0x2d, 0, offset];
const LOAD_64: Code = [0x29, 0, 0];
const STORE_64: Code = [0x37, 0, 0];
const ADD = 0x6a;
const SUBTRACT = 0x6b;
const OR = 0x72;
const SHIFT_LEFT = 0x74;
const TRAILING_ZEROS = 0x68;
const IS_ZERO = 0x45;
const IS_AT_LEAST = 0x4f;
/** Sixteen bytes at once, each by itself. */
const SIXTEEN = {
	load: [0xfd, 0x00, 0, 0],
	store: [0xfd, 0x0b, 0, 0],
	spread: [0xfd, 0x0f],
	equal: [0xfd, 0x23],
	less: [0xfd, 0x26],
	or: [0xfd, 0x50],
	/** One bit for each of them. */
	bits: [0xfd, 0x64],
} as const satisfies Record<string, Code>;
/** The body of the loop starts once more, or it is left. */
const AGAIN: Code = [0x0c, 0];
const AGAIN_IF: Code = [0x0d, 0];
const LEAVE_IF: Code = [0x0d, 1];
const loop = (...body: readonly Code[]): Code => [0x02, 0x40, 0x03, 0x40, ...body.flat(), 0x0b, 0x0b];

/** Parameters, then variables. */
const START = 0;
const END = 1;
const TARGET = 2;
const SPECIALS = 3;
const ENTRY = 4;
const BYTES = 5;
const LOCALS: Code = [2, ...[2, 0x7f], ...[1, 0x7b]];

const isAtEnd: Code = [...get(START), ...get(END), IS_AT_LEAST];
const advance = (local: number, by: Code): Code => [...get(local), ...by, ADD, ...set(local)];
const areBytes = (comparison: Code, byte: number): Code => [
	...get(BYTES),
	...constant(byte),
	...SIXTEEN.spread,
	...comparison,
];
/** Sixteen, where nothing is to be escaped. */
const cleanBytes: Code = [...get(SPECIALS), ...constant(1 << 16), OR, TRAILING_ZEROS];

const BODY: Code = [
	...loop(
		[...isAtEnd, ...LEAVE_IF],
		[...get(START), ...SIXTEEN.load, ...set(BYTES)],
		[...get(TARGET), ...get(BYTES), ...SIXTEEN.store],
		areBytes(SIXTEEN.less, 0x20),
		[...areBytes(SIXTEEN.equal, 0x22), ...SIXTEEN.or],
		[...areBytes(SIXTEEN.equal, 0x5c), ...SIXTEEN.or],
		[...SIXTEEN.bits, ...set(SPECIALS)],
		advance(START, cleanBytes),
		advance(TARGET, cleanBytes),
		[...get(SPECIALS), IS_ZERO, ...AGAIN_IF],
		[...isAtEnd, ...LEAVE_IF],
		[...get(START), ...load8(0), ...constant(Math.log2(ENTRY_BYTES)), SHIFT_LEFT, ...set(ENTRY)],
		[...get(TARGET), ...get(ENTRY), ...LOAD_64, ...STORE_64],
		advance(TARGET, [...get(ENTRY), ...load8(ENTRY_BYTES - 1)]),
		advance(START, constant(1)),
		AGAIN,
	),
	// The last sixteen may have been more than there were.
	...[...get(TARGET), ...get(START), SUBTRACT, ...get(END), ADD],
];

/**
 * The program that escapes text for JSON, in WebAssembly: what it does to sixteen bytes with a few instructions costs JavaScript some
 * for each of them. WebAssembly 2.0 §5.5 has the sections.
 */
export const ESCAPE_PROGRAM = Uint8Array.from([
	...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
	// One type, of one function: three numbers to one.
	...section(1, [1, 0x60, ...[3, 0x7f, 0x7f, 0x7f], ...[1, 0x7f]]),
	...section(3, [1, 0]),
	// A memory of one page of 64 KiB, which may grow.
	...section(5, [1, 0, 1]),
	...section(7, [2, ...name('memory'), 2, 0, ...name('escape'), 0, 0]),
	...section(10, [1, ...sized([...LOCALS, ...BODY, 0x0b])]),
]);

function section(id: number, content: Code): Code {
	return [id, ...sized(content)];
}

function name(text: string): Code {
	return sized(Array.from(text, (letter) => letter.charCodeAt(0)));
}

/** Lengths take two bytes of LEB128, whether they need them or not. */
function sized(content: Code): Code {
	return [(content.length & 0x7f) | 0x80, content.length >> 7, ...content];
}

/** WebAssembly 2.0 §5.2.2. */
function signedLeb128(value: number): Code {
	const low = value & 0x7f;
	const rest = value >> 7;
	const isLast = (rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40);
	return isLast ? [low] : [low | 0x80, ...signedLeb128(rest)];
}
