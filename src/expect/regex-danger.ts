/** One element of a regular expression with its repetition. */
interface Atom {
	/** Alternatives of a group; `null` for everything else. */
	readonly alternatives: readonly (readonly Atom[])[] | null;
	/** Anchors and lookarounds take no characters. */
	readonly isEmpty: boolean;
	readonly min: number;
	readonly max: number;
}

/**
 * Tells whether a valid regular expression has the classic shape of exponential backtracking: a repeated group one round of
 * which can be nothing but a repetition, such as `(a+)+`, `(\w+\s?)*` or `(x*|y)+`. Such a round can be cut anywhere, so a text of
 * n characters has 2ⁿ ways to fail. Repetitions with a fixed separator, such as `(\w+,)*`, pass; so do slow shapes that this
 * simple look does not see, such as `(a|a)*`.
 *
 * @param source - Must compile.
 */
export function canBacktrackForever(source: string): boolean {
	return new Reader(source).readAlternatives().some(hasDanger);
}

const hasDanger = (atoms: readonly Atom[]): boolean =>
	atoms.some(
		(atom) =>
			atom.alternatives !== null &&
			((atom.max === Number.POSITIVE_INFINITY && atom.alternatives.some(isBareRepetition)) ||
				atom.alternatives.some(hasDanger)),
	);

/** Everything that must be there is one repetition: two rounds side by side look like one. */
function isBareRepetition(atoms: readonly Atom[]): boolean {
	const needed = atoms.filter((atom) => !atom.isEmpty && atom.min > 0);
	const open = atoms.filter((atom) => !atom.isEmpty && isOpen(atom));
	return open.length > 0 && needed.length <= 1 && needed.every(isOpen);
}

const isOpen = (atom: Atom): boolean =>
	atom.max === Number.POSITIVE_INFINITY ||
	(atom.alternatives?.some((atoms) => atoms.length > 0 && isBareRepetition(atoms)) ?? false);

/** Reads only what the question needs: groups, alternatives, repetitions. */
class Reader {
	readonly #source: string;
	#at = 0;

	constructor(source: string) {
		this.#source = source;
	}

	readAlternatives(): Atom[][] {
		const alternatives: Atom[][] = [[]];
		while (this.#at < this.#source.length && this.#source[this.#at] !== ')') {
			if (this.#source[this.#at] === '|') {
				this.#at += 1;
				alternatives.push([]);
			} else {
				alternatives.at(-1)?.push(this.#readAtom());
			}
		}
		return alternatives;
	}

	#readAtom(): Atom {
		const char = this.#source[this.#at];
		if (char === '(') return this.#readGroup();
		const length = char === '[' ? this.#classLength() : char === '\\' ? this.#escapeLength() : 1;
		const text = this.#source.slice(this.#at, this.#at + length);
		this.#at += length;
		return { alternatives: null, isEmpty: /^(?:\^|\$|\\[bB])$/.test(text), ...this.#readRepetition() };
	}

	#readGroup(): Atom {
		const lead =
			/^\((?:\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]*:))?/.exec(this.#source.slice(this.#at, this.#at + 80))?.[0] ?? '(';
		this.#at += lead.length;
		const alternatives = this.readAlternatives();
		this.#at += 1;
		return { alternatives, isEmpty: /[=!]$/.test(lead), ...this.#readRepetition() };
	}

	#classLength(): number {
		const rest = this.#source.slice(this.#at);
		return /^\[(?:\\[\s\S]|[^\]\\])*\]/.exec(rest)?.[0].length ?? 1;
	}

	#escapeLength(): number {
		const rest = this.#source.slice(this.#at, this.#at + 80);
		return (
			/^\\(?:u\{[^}]*\}|[pP]\{[^}]*\}|k<[^>]*>|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|c[A-Za-z]|[\s\S])/.exec(rest)?.[0]
				.length ?? 1
		);
	}

	#readRepetition(): { min: number; max: number } {
		const match = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(this.#source.slice(this.#at, this.#at + 40));
		if (!match) return { min: 1, max: 1 };
		this.#at += match[0].length;
		if (match[1] !== undefined)
			return { min: match[1] === '+' ? 1 : 0, max: match[1] === '?' ? 1 : Number.POSITIVE_INFINITY };
		const min = Number(match[2]);
		if (match[3] === '') return { min, max: min };
		return { min, max: match[4] === '' ? Number.POSITIVE_INFINITY : Number(match[4]) };
	}
}
