import { cpus, loadavg, totalmem } from 'node:os';

/** What figures were measured on. */
export interface Machine {
	readonly node: string;
	readonly cores: number;
	readonly cpu: string;
	readonly memoryGiB: number;
	readonly platform: string;
	/** Load average of the last minute before anything was measured: 0 is a machine that nobody else uses. */
	readonly loadBefore: number;
}

/** Names this machine as far as it matters for figures. */
export function describeMachine(): Machine {
	const cores = cpus();
	return {
		node: `node ${process.version}`,
		cores: cores.length,
		cpu: cores[0]?.model ?? 'unknown',
		memoryGiB: Math.round(totalmem() / 2 ** 30),
		platform: `${process.platform} ${process.arch}`,
		loadBefore: Number((loadavg()[0] ?? 0).toFixed(1)),
	};
}
