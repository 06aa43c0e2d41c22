import { closestName } from '../core/closest-name.ts';
import { parseDuration } from '../core/durations.ts';
import type { MatchMode, StreamChoice } from '../core/expectations.ts';
import type { Directives } from './prompt.ts';

/** Every directive, as docs and messages write it in lower case. */
export const DIRECTIVE_NAMES = [
	'timeout',
	'stall',
	'working directory',
	'env',
	'exit code',
	'error patterns',
	'match',
	'retries',
	'background',
	'ready when',
	'requires',
	'platform',
	'tags',
	'watches',
] as const;

/** One of {@link DIRECTIVE_NAMES}. */
export type DirectiveName = (typeof DIRECTIVE_NAMES)[number];

/** A directive's value before it is understood, from a line of a step or from front matter. */
export interface DirectiveInput {
	/** All of it as one text. */
	readonly whole: string;
	/** Its items: inline codes, list entries, or what commas separate. */
	readonly items: readonly string[];
	/** Environment variables that came as a mapping. */
	readonly entries?: Readonly<Record<string, string>>;
}

/** Why a value can't be understood. */
export interface DirectiveProblem {
	readonly message: string;
	readonly advice: string;
}

/** What a directive sets, or why it sets nothing. */
export type DirectiveReading =
	| { readonly directives: Directives }
	/** Nothing usable. */
	| { readonly problem: DirectiveProblem };

const ALIASES: ReadonlyMap<string, DirectiveName> = new Map<string, DirectiveName>([
	...DIRECTIVE_NAMES.map((name) => [squeeze(name), name] as const),
	['stalltimeout', 'stall'],
	['workingdir', 'working directory'],
	['workdir', 'working directory'],
	['cwd', 'working directory'],
	['environment', 'env'],
	['exitcodes', 'exit code'],
	['expectedexitcode', 'exit code'],
	['exitstatus', 'exit code'],
	['expectedexitstatus', 'exit code'],
	['returncode', 'exit code'],
	['expectedreturncode', 'exit code'],
	['timelimit', 'timeout'],
	['environmentvariables', 'env'],
	['errorpattern', 'error patterns'],
	['retry', 'retries'],
	['require', 'requires'],
	['platforms', 'platform'],
]);

/**
 * Finds the directive a label or key names: `Working Directory`, `workingDirectory`, `working_directory`, `working-directory`.
 *
 * @returns `null` when it names none.
 */
export function normalizeDirectiveName(name: string): DirectiveName | null {
	return ALIASES.get(squeeze(name)) ?? null;
}

function squeeze(name: string): string {
	return name.toLowerCase().replace(/[\s_-]+/g, '');
}

/** Reads the value of a directive. */
export function readDirective(name: DirectiveName, input: DirectiveInput): DirectiveReading {
	const whole = input.whole.trim();
	if (whole === '' && input.items.length === 0 && !input.entries) {
		return wrong(`"${titleOf(name)}" has no value`, 'Write a value after the colon, or remove the line');
	}
	switch (name) {
		case 'timeout':
		case 'stall':
			return readLimit(name, withoutRemark(whole));
		case 'working directory':
			return { directives: { workingDirectory: whole } };
		case 'env':
			return readEnv(input);
		case 'exit code':
			return readExitCodes(withoutRemark(whole), input.items);
		case 'error patterns':
			return readPatterns(whole, input.items);
		case 'match':
			return readMatch(withoutRemark(whole));
		case 'retries':
			return readRetries(withoutRemark(whole));
		case 'background':
			return readBackground(withoutRemark(whole));
		case 'ready when':
			return readPatterns(whole, [whole], 'readyWhen');
		case 'requires':
			return { directives: { requires: input.items.flatMap((item) => item.split(/[\s,]+/)).filter(Boolean) } };
		case 'platform':
			return readPlatforms(input.items);
		case 'tags':
			return readTags(input.items);
		case 'watches':
			return { directives: { watches: input.items } };
	}
}

/** A directive's name as it is written in prompts: `Working Directory`. */
export const titleOf = (name: string): string => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());

const wrong = (message: string, advice: string): DirectiveReading => ({ problem: { message, advice } });

const withoutRemark = (text: string): string => text.replace(/\s+/g, ' ').replace(/ \(.*\)$/s, '');

function readLimit(name: 'timeout' | 'stall', text: string): DirectiveReading {
	const ms = /^(?:off|none|no|never|false)$/i.test(text) ? 0 : parseDuration(text);
	if (ms !== null) return { directives: name === 'timeout' ? { timeoutMs: ms } : { stallMs: ms } };
	return wrong(`"${text}" is no duration for ${titleOf(name)}`, `Write ${suggestDuration(text)}`);
}

function suggestDuration(text: string): string {
	const match = /^(\d+(?:\.\d+)?)\s*(ms|millis|s|m|h)?[a-z]*\.?$/i.exec(text);
	if (match === null) return 'a number with its unit: `500ms`, `30s`, `2m` or `1h`';
	if (match[2] === undefined) return `the unit too: \`${match[1]}s\`, \`${match[1]}m\` or \`${match[1]}ms\``;
	const unit = match[2].toLowerCase();
	return `\`${match[1]}${unit === 'millis' ? 'ms' : unit}\``;
}

function readEnv(input: DirectiveInput): DirectiveReading {
	const env: Record<string, string> = { ...input.entries };
	for (const item of input.entries ? [] : input.items) {
		const rest = item.replace(
			/([A-Za-z_]\w*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s,]*))/g,
			(_all, name: string, double?: string, single?: string, bare?: string) => {
				env[name] = double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? bare ?? '';
				return '';
			},
		);
		if (/[^\s,;]/.test(rest)) {
			return wrong(
				`"${item}" is no list of variables for Env`,
				'Write `NAME=value`, with quotes around a value that holds blanks',
			);
		}
	}
	const odd = Object.keys(env).find((name) => !/^[A-Za-z_]\w*$/.test(name));
	if (odd !== undefined) return wrong(`"${odd}" is no name for a variable`, 'Use letters, digits and underscores');
	return { directives: { env } };
}

const NON_ZERO: readonly number[] = Array.from({ length: 255 }, (_, index) => index + 1);

function readExitCodes(whole: string, items: readonly string[]): DirectiveReading {
	if (/^non-?\s?zero$/i.test(whole)) return { directives: { exitCodes: NON_ZERO } };
	const words = (items.length > 1 ? items : [whole]).flatMap((item) => item.split(/[\s,/|]+|\bor\b/)).filter(Boolean);
	const codes = words.map((word) => (/^\d{1,3}$/.test(word) ? Number(word) : Number.NaN));
	if (codes.length > 0 && codes.every((code) => code <= 255)) return { directives: { exitCodes: codes } };
	return wrong(`"${whole}" is no exit code`, 'Write numbers from 0 to 255, such as `1` or `0, 2`');
}

function readPatterns(
	whole: string,
	items: readonly string[],
	key: 'errorPatterns' | 'readyWhen' = 'errorPatterns',
): DirectiveReading {
	if (key === 'errorPatterns' && /^(?:none|off|no|false)$/i.test(whole)) return { directives: { errorPatterns: [] } };
	for (const item of items) {
		const match = /^\/(.+)\/([dgimsuvy]*)$/s.exec(item);
		const reason = match && regexProblem(match[1] ?? '', match[2] ?? '');
		if (reason)
			return wrong(
				`${item} is no regular expression: ${reason}`,
				'Correct it, or drop the slashes to match the text itself',
			);
	}
	return { directives: key === 'errorPatterns' ? { errorPatterns: items } : { readyWhen: whole } };
}

function regexProblem(pattern: string, flags: string): string | null {
	try {
		new RegExp(pattern, flags);
		return null;
	} catch (error) {
		return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
	}
}

const MATCH_MODES: readonly MatchMode[] = ['exact', 'contains', 'lines', 'unordered', 'regex', 'json'];
const STREAMS: readonly StreamChoice[] = ['stdout', 'stderr', 'combined'];

function readMatch(text: string): DirectiveReading {
	let match: MatchMode | undefined;
	let stream: StreamChoice | undefined;
	for (const word of text
		.toLowerCase()
		.split(/[\s,;+]+/)
		.filter((part) => part !== '' && !/^(?:on|in|of|and)$/.test(part))) {
		const mode = MATCH_MODES.find((name) => name === word);
		const place = STREAMS.find((name) => name === word);
		if (mode === undefined && place === undefined) {
			const meant = closestName(word, [...MATCH_MODES, ...STREAMS]);
			const hint = meant === null ? '' : `; did you mean \`${meant}\`?`;
			return wrong(
				`"${word}" is no way to match`,
				`Use one of ${MATCH_MODES.join(', ')}, and stdout, stderr or combined${hint}`,
			);
		}
		match = mode ?? match;
		stream = place ?? stream;
	}
	return { directives: { ...(match && { match }), ...(stream && { stream }) } };
}

function readRetries(text: string): DirectiveReading {
	if (/^\d{1,4}$/.test(text)) return { directives: { retries: Number(text) } };
	return wrong(`"${text}" is no number of retries`, 'Write a whole number of 0 or more');
}

function readBackground(text: string): DirectiveReading {
	if (/^(?:yes|true|on)$/i.test(text)) return { directives: { background: true } };
	if (/^(?:no|false|off)$/i.test(text)) return { directives: { background: false } };
	return wrong(`"${text}" does not say whether the step runs in the background`, 'Write `yes` or `no`');
}

const PLATFORMS = ['linux', 'darwin', 'win32', 'freebsd', 'openbsd', 'sunos', 'aix', 'android'] as const;
const PLATFORM_ALIASES: ReadonlyMap<string, string> = new Map([
	['macos', 'darwin'],
	['mac', 'darwin'],
	['osx', 'darwin'],
	['windows', 'win32'],
]);

function readPlatforms(items: readonly string[]): DirectiveReading {
	const words = items.flatMap((item) => item.toLowerCase().split(/[\s,/|]+|\bor\b/)).filter(Boolean);
	const platform = words.map((word) => PLATFORM_ALIASES.get(word) ?? word);
	const odd = platform.find((name) => !PLATFORMS.some((known) => known === name));
	if (odd === undefined) return { directives: { platform } };
	const meant = closestName(odd, [...PLATFORMS, ...PLATFORM_ALIASES.keys()]);
	const hint = meant === null ? '' : `; did you mean \`${meant}\`?`;
	return wrong(
		`"${odd}" is no platform`,
		`Use ${PLATFORMS.slice(0, 3).join(', ')} or another name of Node's process.platform${hint}`,
	);
}

/** Blanks and commas separate tags; they read the same in any case. */
function readTags(items: readonly string[]): DirectiveReading {
	const tags = items.flatMap((item) => item.toLowerCase().split(/[\s,]+/)).filter(Boolean);
	const odd = tags.find((tag) => tag.startsWith('!'));
	if (odd === undefined) return { directives: { tags: [...new Set(tags)] } };
	return wrong(`"${odd}" is no tag`, 'Begin a tag with anything but `!`: that stands for "not" in --tag');
}
