import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { checkDocs } from './checks/check-docs.ts';
import { tell } from './checks/tell.ts';

// Fails on an exported name without a docstring.
const paths = globSync(['src/**/*.{ts,tsx}', 'scripts/**/*.ts', 'bench/**/*.ts', 'test/helpers/**/*.ts']).sort();
tell(
	paths.flatMap((path) => checkDocs(path, readFileSync(path, 'utf8'))),
	`${paths.length} modules`,
);
