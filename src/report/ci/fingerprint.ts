const OFFSET = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x0000000001000000000000000000013bn;
const MASK = (1n << 128n) - 1n;

/**
 * Gives a text a name that is always the same: FNV-1a over its UTF-16 code units, 128 bits. To recognise, not to protect.
 *
 * @returns 32 hex digits.
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function fingerprintOf(text: string): string {
	let hash = OFFSET;
	for (let index = 0; index < text.length; index += 1) {
		hash = ((hash ^ BigInt(text.charCodeAt(index))) * PRIME) & MASK;
	}
	return hash.toString(16).padStart(32, '0');
}
