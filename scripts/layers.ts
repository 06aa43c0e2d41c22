/** One folder of `src`. */
export interface Room {
	/** Rooms whose modules it may import, in the order of the table. */
	readonly imports: readonly string[];
	/** Touches no host: no Node types, no `node:` modules, so that it runs anywhere and is tested without anything. */
	readonly isPure: boolean;
}

const pure = (...imports: readonly string[]): Room => ({ imports, isPure: true });
const hosted = (...imports: readonly string[]): Room => ({ imports, isPure: false });

/**
 * The rooms of `src`, lowest first; the one source for the checks, the project references and the picture in
 * `docs/architecture.md`. A room may import only what its row names.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
	core: pure(),
	host: hosted('core'),
	prompt: pure('core'),
	expect: pure('core'),
	protocol: pure('core'),
	executor: hosted('core', 'protocol'),
	client: hosted('core', 'protocol'),
	library: hosted('core', 'host', 'protocol', 'client'),
	transcript: hosted('core'),
	ledger: pure('core'),
	gate: pure('core'),
	report: pure('core'),
	page: pure('core', 'gate', 'report'),
	config: hosted('core'),
	run: hosted('core', 'prompt', 'expect', 'protocol', 'client', 'transcript', 'ledger', 'gate'),
	cli: hosted(
		'core',
		'host',
		'prompt',
		'expect',
		'protocol',
		'executor',
		'client',
		'transcript',
		'ledger',
		'gate',
		'report',
		'page',
		'config',
		'run',
	),
};
