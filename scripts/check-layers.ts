import { readFileSync, writeFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { checkLayers } from './checks/check-layers.ts';
import { drawLayers, insertPicture } from './checks/draw-layers.ts';
import { tell } from './checks/tell.ts';
import { ROOMS } from './layers.ts';

// Fails on imports against the direction of scripts/layers.ts; --write draws its picture anew.
const PAGE = 'docs/architecture.md';
const read = (paths: readonly string[]): ReadonlyMap<string, string> =>
	new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));

const modules = read(globSync('src/**/*.{ts,tsx}').sort());
const configs = read(['tsconfig.json', ...globSync('src/*/tsconfig.json')]);
const page = readFileSync(PAGE, 'utf8');
const drawn = insertPicture(page, drawLayers(ROOMS));
if (process.argv.includes('--write')) writeFileSync(PAGE, drawn);
else if (page !== drawn)
	tell([`${PAGE}: its picture is not what scripts/layers.ts says: npm run check:layers -- --write`]);
tell(checkLayers(ROOMS, { modules, configs }), `${modules.size} modules in ${Object.keys(ROOMS).length} rooms`);
