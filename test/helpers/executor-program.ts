import { startExecutor } from './executor.ts';

/** A host of an embedded executor, to be killed: prints its URL and lives on. */
const { url } = await startExecutor();
console.log(url);
setInterval(() => {}, 1000);
