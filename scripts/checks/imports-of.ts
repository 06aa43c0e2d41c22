/** An import of a module, as it is written. */
export interface ModuleImport {
	/** `./x.ts`, `../core/ids.ts`, `node:fs`, `ws`. */
	readonly from: string;
	/** Erased by the compiler: it makes no cycle when the program runs. */
	readonly isType: boolean;
}

const STATIC = /^(?:import|export)\b(\s+type\b)?[^'"`;]*?(?:from\s*)?'([^']+)';/gm;
/** `import('x')`, and `createRequire(…)('x')` for native modules; not in comments. */
const DYNAMIC = /^(?!\s*(?:\*|\/\/)).*?\b(?:import|createRequire\([^)]*\))\(\s*'([^']+)'\s*\)/gm;

/** Finds the imports and re-exports of a module in our format: statements begin their line, with single quotes. */
export function importsOf(source: string): readonly ModuleImport[] {
	return [
		...[...source.matchAll(STATIC)].map(([, type, from = '']) => ({ from, isType: type !== undefined })),
		...[...source.matchAll(DYNAMIC)].map(([, from = '']) => ({ from, isType: false })),
	];
}
