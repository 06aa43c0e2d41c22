import type { CommandResult, RemoteExecution } from './remote-executor.ts';

/**
 * Reads all that a command prints.
 *
 * @throws {RangeError} It printed more than `maxBytes`; it was canceled, and nothing of it is left.
 * @throws What `completed` rejects with.
 */
export async function collectOutput(execution: RemoteExecution, maxBytes: number): Promise<CommandResult> {
	const texts = { stdout: [] as string[], stderr: [] as string[] };
	let bytes = 0;
	for await (const chunk of execution.output) {
		bytes += chunk.bytes.length;
		if (bytes > maxBytes) break;
		texts[chunk.stream].push(chunk.text);
	}
	if (bytes > maxBytes) await execution.cancel();
	const end = await execution.completed;
	if (bytes > maxBytes) throw new RangeError(`The command printed more than ${maxBytes} bytes`);
	return { ...end, stdout: texts.stdout.join(''), stderr: texts.stderr.join('') };
}
