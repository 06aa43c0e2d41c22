import { main } from '../../src/cli/main.ts';

// Runs one command line several times in one process, as fast as it can: node test program, <times> <arguments…>.
const [times = '1', ...args] = process.argv.slice(2);
const codes: number[] = [];
for (let round = 0; round < Number(times); round += 1) codes.push(await main(args));
console.log(JSON.stringify(codes));
// What a run leaves behind of its executor is not waited for.
process.exit();
