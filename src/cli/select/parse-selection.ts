import { AppError } from '../../core/errors.ts';
import { createGrepFilter, createStepFilter, createTagFilter } from '../../run/select-filters.ts';
import type { StepFilter } from '../../run/select-steps.ts';
import type { Shard } from '../../run/shard-prompts.ts';
import { parseSteps } from '../parse-steps.ts';

/** What the command line asks to be run, and how often. */
export interface Selection {
	/** Those that the prompts alone decide. */
	readonly filters: readonly StepFilter[];
	/** Only what failed last. */
	readonly isFailed: boolean;
	/** Only prompts that changed since this revision of git; `null`: all. */
	readonly changedSince: string | null;
	/** `null`: everything. */
	readonly shard: Shard | null;
	/** 1 or more. */
	readonly repeat: number;
	/** Failures after which nothing starts; `null`: never. */
	readonly bail: number | null;
	/** `random`: draw one. `null`: the order as given. */
	readonly seed: number | 'random' | null;
	readonly isDryRun: boolean;
	readonly isWatch: boolean;
}

type Options = Readonly<Record<string, unknown>>;

/**
 * Reads the options that select what runs.
 *
 * @param options - As the parser of the command line gives them.
 * @throws {AppError} `USAGE`: a value that can't be used, or two options that exclude each other.
 */
export function parseSelection(options: Options): Selection {
	const bail = options.bail === true ? 1 : readInteger(options, 'bail', 'Put it after the prompts, or write --bail=3');
	const selection: Selection = {
		filters: readFilters(options),
		isFailed: options.failed === true,
		changedSince: readOne(options, 'changed'),
		shard: readShard(readOne(options, 'shard')),
		repeat: readInteger(options, 'repeat', 'Write how often each step runs, such as --repeat 5') ?? 1,
		bail,
		seed: readSeed(readOne(options, 'seed')),
		isDryRun: options.dryRun === true,
		isWatch: options.watch === true,
	};
	checkTogether(selection, options);
	return selection;
}

function readFilters(options: Options): readonly StepFilter[] {
	const [steps, patterns, tags] = ['step', 'grep', 'tag'].map((name) => toTexts(options[name]));
	return [
		...(steps?.length ? [createStepFilter(parseSteps(steps), labelOf('step', steps))] : []),
		...(patterns?.length ? [readGrep(patterns)] : []),
		...(tags?.length ? [createTagFilter(splitTags(tags), labelOf('tag', tags))] : []),
	];
}

// cac guesses numbers.
const toTexts = (value: unknown): readonly string[] =>
	value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);

const labelOf = (name: string, values: readonly string[]): string =>
	values.map((value) => `--${name} ${/\s/.test(value) ? JSON.stringify(value) : value}`).join(' ');

const splitTags = (values: readonly string[]): readonly string[] =>
	values.flatMap((value) => value.split(/[\s,]+/)).filter(Boolean);

function readGrep(patterns: readonly string[]): StepFilter {
	try {
		return createGrepFilter(patterns, labelOf('grep', patterns));
	} catch (error) {
		throw new AppError('USAGE', `Cannot use --grep: ${error instanceof Error ? error.message : String(error)}`, {
			cause: error,
			advice: 'Correct what stands between the slashes, or drop them to find the text itself',
		});
	}
}

function readOne(options: Options, name: string): string | null {
	const values = toTexts(options[name]);
	if (values.length < 2) return values[0] ?? null;
	throw new AppError('USAGE', `Cannot use --${name}: it is given ${values.length} times`, { advice: 'Give it once' });
}

function readInteger(options: Options, name: string, advice: string): number | null {
	const text = readOne(options, name);
	if (text === null) return null;
	if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
	throw new AppError('USAGE', `Cannot use --${name} ${text}: it is no whole number of 1 or more`, { advice });
}

function readShard(text: string | null): Shard | null {
	if (text === null) return null;
	const match = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text);
	const shard = { index: Number(match?.[1]), count: Number(match?.[2]) };
	if (match && shard.index <= shard.count) return shard;
	throw new AppError('USAGE', `Cannot use --shard ${text}: it is no part of a whole`, {
		advice: 'Write which of how many, such as --shard 1/3, --shard 2/3 and --shard 3/3',
	});
}

function readSeed(text: string | null): number | 'random' | null {
	if (text === null || text === 'random') return text;
	if (/^\d{1,15}$/.test(text)) return Number(text);
	throw new AppError('USAGE', `Cannot use --seed ${text}: it is no whole number of 0 or more`, {
		advice: 'Write the number that an earlier run printed, or --seed random',
	});
}

/** Options that exclude each other, and why. */
function checkTogether({ isWatch, isDryRun, repeat }: Selection, { report }: Options): void {
	const refuse = (together: string, advice: string): never => {
		throw new AppError('USAGE', `Cannot use ${together} together`, { advice });
	};
	if (isWatch && isDryRun) refuse('--watch and --dry-run', 'Leave one of them out: a dry run runs nothing');
	if (isWatch && repeat > 1) refuse('--watch and --repeat', 'Leave one of them out: a change runs its steps once');
	// The file would hold the last of several runs, and hide what failed before.
	if (repeat > 1 && report !== undefined)
		refuse('--repeat and --report', 'Join the runs afterwards: verify report --merge reports/<run>/run.json …');
}
