import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { checkSize } from './checks/check-size.ts';
import { tell } from './checks/tell.ts';

// Fails on a file that is too long to have one subject.
const paths = globSync(['{src,test,scripts,bench}/**/*.{ts,tsx}'], { ignore: ['test/fixtures/**'] }).sort();
tell(checkSize(new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]))), `${paths.length} files`);
