import { type RawWire, request } from '../helpers/wire.ts';

/** A connection of a row, with names that no other connection uses. */
export interface RowWire extends RawWire {
	/** The same name for the same word, another one for each connection. */
	name(word: string): string;
}

/** One thing that the wire promises. */
export interface ConformanceRow {
	/** The heading of `docs/protocol.md` that promises it. */
	readonly section: string;
	readonly title: string;
	/** @param url - For rows that need more connections than their own. */
	run(wire: RowWire, url: string): Promise<void>;
}

/** Waits for the end of a named execution. */
export const completedOf = async (wire: RawWire, executionId: string): Promise<Record<string, unknown>> => {
	const { params } = await wire.next(
		({ method, params }) => method === 'process.completed' && params?.execution_id === executionId,
	);
	return params ?? {};
};

/** The raw bytes of a stream that came so far. */
export const outputOf = (wire: RawWire, stream: 'stdout' | 'stderr'): Buffer =>
	Buffer.concat(
		wire.messages.flatMap(({ method, params }) => {
			if (method !== 'process.output' || params?.type !== stream) return [];
			const { data_base64: base64, data } = params;
			return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : Buffer.from(String(data));
		}),
	);

/** Runs a command to its end on a connection that runs no other. */
export async function runOn(wire: RawWire, params: object) {
	wire.send(request('run', 'execute', params));
	const { error } = await wire.answer('run');
	if (error) throw new Error(`${error.code} ${error.message}`);
	const completed = await wire.notification('process.completed');
	return { completed, stdout: outputOf(wire, 'stdout').toString('utf8') };
}
