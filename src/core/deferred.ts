/** A promise that is settled from outside. */
export interface Deferred<T> {
	readonly promise: Promise<T>;
	/** The first call settles it, later ones do nothing. */
	resolve(value: T): void;
}

/** Makes a promise to settle later. */
export function createDeferred<T>(): Deferred<T> {
	let resolve: (value: T) => void = () => {};
	const promise = new Promise<T>((settle) => {
		resolve = settle;
	});
	return { promise, resolve: (value) => resolve(value) };
}
