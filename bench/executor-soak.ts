import { connectExecutor } from '../src/library/client.ts';
import { startVerifyServe } from './start-server.ts';

// node --import tsx bench/executor-soak.ts [count]: short executions in a row; fails when memory or descriptors grow.
const COUNT = Number(process.argv[2] ?? 10_000);
const WARM_UP = 1000;
const MIB = 1024 * 1024;
const MAX_GROWTH_MIB = 12;

const served = await startVerifyServe();
const executor = await connectExecutor(served.url);
const look = (done: number) => {
	const figures = { done, residentMiB: served.residentBytes() / MIB, descriptors: served.descriptors() };
	console.log(
		`${String(done).padStart(6)} executions: ${figures.residentMiB.toFixed(1)} MiB, ${figures.descriptors} descriptors`,
	);
	return figures;
};

for (let done = 0; done < WARM_UP; done += 1) await executor.run('echo x');
const before = look(0);
const seen: (typeof before)[] = [];
const startMs = performance.now();
for (let done = 1; done <= COUNT; done += 1) {
	const { stdout } = await executor.run('echo x');
	if (stdout !== 'x\n') throw new Error(`Execution ${done} printed ${JSON.stringify(stdout)}`);
	if (done % (COUNT / 10) === 0) seen.push(look(done));
}
const perSecond = (COUNT / (performance.now() - startMs)) * 1000;
console.log(`${perSecond.toFixed(0)} a second, peak ${(served.peakBytes() / MIB).toFixed(1)} MiB`);
await executor.close();
await served.close();
// The executor remembers the last 10,000 names and 1,000 ends, and a heap breathes: what counts is whether low tide still rises once it is warm.
const lowTide = (from: number, to: number): number =>
	Math.min(...seen.slice(from, to).map(({ residentMiB }) => residentMiB));
const growthMiB = lowTide(7, 10) - lowTide(3, 7);
const hasGrown = (seen.at(-1)?.descriptors ?? 0) > before.descriptors + 1 || growthMiB > MAX_GROWTH_MIB;
console.log(
	hasGrown
		? `It grew: low tide rose by ${growthMiB.toFixed(1)} MiB`
		: `It does not grow: low tide rose by ${growthMiB.toFixed(1)} MiB`,
);
process.exitCode = hasGrown ? 1 : 0;
