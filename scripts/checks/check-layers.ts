import { posix } from 'node:path';
import type { Room } from '../layers.ts';
import { importsOf } from './imports-of.ts';

/** What is checked: paths are relative to the repository, with `/`. */
export interface LayerSources {
	/** Text by path of every module under `src`. */
	readonly modules: ReadonlyMap<string, string>;
	/** Text by path of `tsconfig.json` and each `src/<room>/tsconfig.json`. */
	readonly configs: ReadonlyMap<string, string>;
}

interface ProjectConfig {
	readonly extends?: string;
	readonly references?: readonly { readonly path: string }[];
}

/**
 * Checks the direction of imports.
 *
 * @returns A sentence for each module in no room, arrow that the table does not allow, host module in a pure room, cycle between
 *   modules, and project reference that differs from the table.
 */
export function checkLayers(rooms: Readonly<Record<string, Room>>, sources: LayerSources): readonly string[] {
	return [
		...checkArrows(rooms, sources.modules),
		...findCycles(sources.modules),
		...checkConfigs(rooms, sources.configs),
	];
}

const roomOf = (path: string): string => path.split('/')[1] ?? '';

function* checkArrows(rooms: Readonly<Record<string, Room>>, modules: LayerSources['modules']): Generator<string> {
	for (const [path, source] of modules) {
		const name = roomOf(path);
		const room = rooms[name];
		if (room === undefined) {
			yield `${path}: there is no room ${name} in scripts/layers.ts`;
			continue;
		}
		for (const { from } of importsOf(source)) {
			if (!from.startsWith('.')) {
				if (room.isPure && from.startsWith('node:')) yield `${path}: imports ${from}, but ${name} touches no host`;
				continue;
			}
			const target = resolveImport(path, from);
			if (!target.startsWith('src/')) yield `${path}: imports ${target}, which is not in src`;
			else if (roomOf(target) !== name && !room.imports.includes(roomOf(target))) {
				yield `${path}: imports ${target}, but ${name} may not import ${roomOf(target)}`;
			}
		}
	}
}

const resolveImport = (path: string, from: string): string => posix.join(posix.dirname(path), from);

/** Types are erased, so only imports of values count. */
function* findCycles(modules: LayerSources['modules']): Generator<string> {
	const done = new Set<string>();
	const way: string[] = [];
	function* visit(path: string): Generator<string> {
		const start = way.indexOf(path);
		if (start !== -1) yield `cycle: ${[...way.slice(start), path].join(' → ')}`;
		if (start !== -1 || done.has(path)) return;
		way.push(path);
		for (const { from, isType } of importsOf(modules.get(path) ?? '')) {
			if (from.startsWith('.') && !isType) yield* visit(resolveImport(path, from));
		}
		way.pop();
		done.add(path);
	}
	for (const path of modules.keys()) yield* visit(path);
}

function* checkConfigs(rooms: Readonly<Record<string, Room>>, configs: LayerSources['configs']): Generator<string> {
	const listed = new Set(readConfig(configs.get('tsconfig.json')).references?.map(({ path }) => path));
	for (const [name, room] of Object.entries(rooms)) {
		const path = `src/${name}/tsconfig.json`;
		const config = readConfig(configs.get(path));
		const references = config.references?.map((reference) => reference.path.replace(/^\.\.\//, '')) ?? [];
		const missing = room.imports.filter((other) => !references.includes(other));
		const surplus = references.filter((other) => !room.imports.includes(other));
		if (missing.length > 0) yield `${path}: lacks a reference to ${missing.join(', ')}`;
		if (surplus.length > 0) yield `${path}: refers to ${surplus.join(', ')}, which the table does not allow`;
		const base = `../../tsconfig.${room.isPure ? 'pure' : 'base'}.json`;
		if (config.extends !== base) yield `${path}: extends ${config.extends ?? 'nothing'} instead of ${base}`;
		if (!listed.has(`src/${name}`)) yield `tsconfig.json: lacks a reference to src/${name}`;
	}
}

const readConfig = (text: string | undefined): ProjectConfig =>
	text === undefined ? {} : (JSON.parse(text) as ProjectConfig);
