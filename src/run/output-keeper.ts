import type { ObservedOutput } from '../expect/verdict.ts';

type StreamName = 'stdout' | 'stderr';

interface Piece {
	readonly stream: StreamName;
	readonly text: string;
}

/** Keeps the head and the tail of a step's output in bounded memory. */
export interface OutputKeeper {
	add(stream: StreamName, text: string): void;
	/** What was kept, as text; builds it anew at each call. */
	read(): ObservedOutput;
}

/**
 * Creates a keeper.
 *
 * @param limits - `head`, `tail`: UTF-16 code units kept of each end, default 1 Mi each. Memory stays below about
 *   `head + 2 × tail`, however much comes.
 */
export function createOutputKeeper(limits: { head?: number; tail?: number } = {}): OutputKeeper {
	const headLimit = limits.head ?? 1 << 20;
	const tailLimit = limits.tail ?? 1 << 20;
	const head: Piece[] = [];
	let headSize = 0;
	let tail: Piece[] = [];
	let tailSize = 0;
	let isCut = false;

	const keepInTail = (piece: Piece): void => {
		tail.push(piece);
		tailSize += piece.text.length;
		// Trimming only at twice the limit makes the cost of a chunk constant.
		if (tailSize > 2 * tailLimit) {
			const trimmed = lastOf(tail, tailLimit);
			isCut = true;
			tail = trimmed;
			tailSize = tailLimit;
		}
	};

	return {
		add(stream, text) {
			const room = headLimit - headSize;
			if (room >= text.length) {
				head.push({ stream, text });
				headSize += text.length;
				return;
			}
			if (room > 0) {
				head.push({ stream, text: text.slice(0, room) });
				headSize = headLimit;
			}
			keepInTail({ stream, text: text.slice(Math.max(0, room)) });
		},
		read() {
			const pieces = [...head, ...lastOf(tail, tailLimit)];
			const isShort = isCut || tailSize > tailLimit;
			const textOf = (stream?: StreamName): string =>
				pieces
					.filter((piece) => stream === undefined || piece.stream === stream)
					.map((piece) => piece.text)
					.join('');
			return {
				combined: textOf(),
				stdout: textOf('stdout'),
				stderr: textOf('stderr'),
				isCut: isShort,
				...(isShort ? { cutAt: sizesOf(head) } : {}),
			};
		},
	};
}

/** Where the kept tail begins in each text. */
function sizesOf(head: readonly Piece[]): { combined: number; stdout: number; stderr: number } {
	const sizeOf = (stream: StreamName): number =>
		head.reduce((sum, piece) => sum + (piece.stream === stream ? piece.text.length : 0), 0);
	const [stdout, stderr] = [sizeOf('stdout'), sizeOf('stderr')];
	return { combined: stdout + stderr, stdout, stderr };
}

/** The last `size` code units, as pieces; slices are copied so that the memory of what is dropped can go. */
function lastOf(pieces: readonly Piece[], size: number): Piece[] {
	const kept: Piece[] = [];
	let room = size;
	for (let index = pieces.length - 1; index >= 0 && room > 0; index -= 1) {
		const piece = pieces[index];
		if (!piece) break;
		const text = piece.text.length <= room ? piece.text : detach(piece.text.slice(-room));
		kept.unshift({ stream: piece.stream, text });
		room -= text.length;
	}
	return kept;
}

// V8 keeps the whole parent of a slice alive; joining its characters anew does not.
const detach = (slice: string): string => ` ${slice}`.slice(1);
