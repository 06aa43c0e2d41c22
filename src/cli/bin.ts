#!/usr/bin/env node
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants } from 'node:vm';
import { loadProgram } from './load-program.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const entry = join(folder, 'program.js');

// Before 20.12 Node can't both use what was compiled before and import a user's config. The variable is Node's own.
if (constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER && !process.env.NODE_DISABLE_COMPILE_CACHE)
	loadProgram({ entry, cacheFolder: join(folder, '.cache') });
else createRequire(import.meta.url)(entry);
