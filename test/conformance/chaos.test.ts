import { createNodeSigner } from '../../src/host/node-signer.ts';
import { startChaosProxy } from '../helpers/chaos-proxy.ts';
import { startExecutor } from '../helpers/executor.ts';
import { startStandalone } from '../helpers/standalone-executor.ts';
import { describeConformance } from './describe-conformance.ts';

const startEmbedded = () => startExecutor({ signer: createNodeSigner() });

for (const [chaos, seed, start] of [
	['split', 1, startStandalone],
	['coalesce', 2, startStandalone],
	['delay', 3, startEmbedded],
	['stall', 4, startEmbedded],
] as const) {
	describeConformance(`through a proxy that does ${chaos}, seed ${seed}`, async () => {
		const served = await start();
		const proxy = await startChaosProxy(served.url, { chaos, seed });
		return {
			url: proxy.url,
			close: async () => {
				await proxy.close();
				await served.close();
			},
		};
	});
}
