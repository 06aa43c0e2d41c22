/** Writes a size for people: `12 B`, `1.1 kB`, `2.1 GB`; thousands are powers of 1,000. */
export function formatBytes(bytes: number): string {
	if (bytes < 1000) return `${bytes} B`;
	let value = bytes;
	let unit = 'B';
	for (const next of ['kB', 'MB', 'GB', 'TB']) {
		if (value < 999.95) break;
		value /= 1000;
		unit = next;
	}
	return `${value.toFixed(1)} ${unit}`;
}
