/** Text of which head and tail are kept. */
export interface CappedText {
	add(chunk: string): void;
	/** All of it, or head and tail around a line that tells how much is left out. */
	toString(): string;
}

/** @param limitChars - How much of head and of tail is kept, characters. */
export function createCappedText(limitChars: number): CappedText {
	let head = '';
	let tail = '';
	let total = 0;
	return {
		add(chunk) {
			total += chunk.length;
			const room = limitChars - head.length;
			head += chunk.slice(0, room);
			if (chunk.length > room) tail = (tail + chunk.slice(Math.max(0, room))).slice(-limitChars);
		},
		toString() {
			const left = total - head.length - tail.length;
			return left === 0 ? head + tail : `${head}\n… ${left} characters left out …\n${tail}`;
		},
	};
}
