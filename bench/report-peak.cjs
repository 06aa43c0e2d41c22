// Loaded into a measured Node process: leaves its largest resident memory, in KiB, where the benchmark looks for it.
const { writeFileSync } = require('node:fs');

const file = process.env.BENCH_PEAK_FILE;
delete process.env.BENCH_PEAK_FILE;
if (file) process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
