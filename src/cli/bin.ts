#!/usr/bin/env node
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2));

// Everything is closed by now. Should a bug have left a timer or a socket behind, nobody shall wait for it.
setTimeout(() => process.exit(), 5000).unref();
