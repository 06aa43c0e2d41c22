#!/usr/bin/env node
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadProgram } from './load-program.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const entry = join(folder, 'program.js');

// The variable is Node's own, for the cache that it has from 22.1 on.
if (process.env.NODE_DISABLE_COMPILE_CACHE) createRequire(import.meta.url)(entry);
else loadProgram({ entry, cacheFolder: join(folder, '.cache') });
