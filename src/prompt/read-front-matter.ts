import type { Root } from 'mdast';
import { isMap, isScalar, isSeq, type Node, type ParsedNode, parseDocument, type YAMLMap } from 'yaml';
import { closestName } from '../core/closest-name.ts';
import type { Diagnostic, Span } from '../core/places.ts';
import {
	DIRECTIVE_NAMES,
	type DirectiveInput,
	type DirectiveName,
	normalizeDirectiveName,
	readDirective,
} from './directives.ts';
import { judgeCommand } from './judge-command.ts';
import { createFinding } from './lint-rules.ts';
import type { Directives, PromptSettings, Step } from './prompt.ts';
import type { SourceText } from './source-text.ts';

/** What the front matter key `verify` says. */
export interface FrontMatter {
	readonly settings: PromptSettings;
	/** From a list of entries with `run`. */
	readonly steps: readonly Step[];
	readonly problems: readonly Diagnostic[];
}

const SETTINGS = ['shell', 'setup', 'teardown', 'count', 'stop', 'gate'] as const;
type SettingName = (typeof SETTINGS)[number];

const ENTRY_KEYS = ['name', 'run', 'expect'] as const;

/** Names as front matter writes them. */
const KEYS: readonly string[] = [...DIRECTIVE_NAMES.map((name) => name.replace(/ /g, '-')), ...SETTINGS];

/** A key of a mapping with its value and the places of both. */
interface Pair {
	readonly key: string;
	readonly value: unknown;
	readonly span: Span;
	readonly valueSpan: Span;
}

/** Reads the key `verify` of YAML front matter; other keys are none of ours. */
export function readFrontMatter(tree: Root, source: SourceText): FrontMatter {
	const [node] = tree.children;
	const nothing: FrontMatter = { settings: { directives: {} }, steps: [], problems: [] };
	if (node?.type !== 'yaml' || !/^["']?verify["']?\s*:/m.test(node.value)) return nothing;
	const block = source.text.slice(source.startOf(node), source.endOf(node));
	const opening = /^-{3}[^\r\n]*(?:\r\n|\n|\r)/.exec(block)?.[0].length ?? 0;
	const base = source.startOf(node) + opening;
	const spanOf = (range: readonly [number, number, ...number[]] | null | undefined): Span =>
		source.span(base + (range?.[0] ?? 0), base + Math.max(range?.[0] ?? 0, range?.[1] ?? 0));
	const bad = (span: Span, message: string): FrontMatter => ({
		...nothing,
		problems: [
			createFinding('bad-front-matter', span, { message, advice: 'Correct the YAML between the `---` lines' }),
		],
	});
	const yaml = block.slice(opening).replace(/-{3}[ \t]*$/, '');
	const document = parseDocument(yaml, { prettyErrors: false, logLevel: 'silent' });
	const [error] = document.errors;
	if (error) return bad(spanOf(error.pos), `The front matter is no YAML: ${error.message}`);
	try {
		const verify: unknown = isMap(document.contents) ? document.contents.get('verify', true) : undefined;
		if (isMap(verify)) return readSettings(readPairs(verify, document, spanOf), nothing);
		if (isSeq(verify)) {
			return readEntries(verify.items as readonly ParsedNode[], (entry) => readPairs(entry, document, spanOf), spanOf);
		}
		const isEmpty = isScalar(verify) && verify.value === null;
		return isEmpty || verify === undefined
			? nothing
			: bad(source.spanOf(node), 'The front matter key `verify` is neither a mapping nor a list');
	} catch (reason) {
		// An alias without an anchor, or aliases that multiply.
		return bad(
			source.spanOf(node),
			`The front matter can't be read: ${reason instanceof Error ? reason.message : String(reason)}`,
		);
	}
}

function readPairs(
	map: YAMLMap,
	document: ReturnType<typeof parseDocument>,
	spanOf: (range: Node['range']) => Span,
): readonly Pair[] {
	return map.items.map((item) => {
		const key = item.key as Node | null;
		const value = item.value as Node | null;
		const span = spanOf(key?.range);
		return {
			key: isScalar(key) ? String(key.value) : String(key),
			value: value === null ? null : value.toJS(document),
			span: { start: span.start, end: spanOf(value?.range ?? key?.range).end },
			valueSpan: spanOf(value?.range ?? key?.range),
		};
	});
}

function readSettings(pairs: readonly Pair[], nothing: FrontMatter): FrontMatter {
	let settings: PromptSettings = nothing.settings;
	const problems: Diagnostic[] = [];
	for (const pair of pairs) {
		const directive = normalizeDirectiveName(pair.key);
		const name = SETTINGS.find((known) => known === pair.key.toLowerCase());
		if (directive) {
			const reading = readValue(directive, pair);
			if (reading.problem) problems.push(reading.problem);
			settings = { ...settings, directives: { ...settings.directives, ...reading.directives } };
		} else if (name) {
			const value = readSetting(name, pair);
			if ('ruleId' in value) problems.push(value);
			else settings = { ...settings, ...value };
		} else {
			problems.push(unknownKey(pair, KEYS));
		}
	}
	return { settings, steps: [], problems };
}

function unknownKey({ key, span }: Pair, known: readonly string[]): Diagnostic {
	const meant = closestName(key.replace(/([a-z])([A-Z])|[_\s]/g, '$1-$2'), known);
	return createFinding('unknown-key', span, {
		message: `\`verify.${key}\` is no key and sets nothing`,
		advice: meant === null ? `Use one of ${known.join(', ')}` : `Write \`${meant}\` if that is meant`,
	});
}

function readValue(name: DirectiveName, pair: Pair): { directives: Directives; problem: Diagnostic | null } {
	const input = toInput(name, pair.value);
	// An empty list is an answer: none.
	if (Array.isArray(pair.value) && pair.value.length === 0) {
		return { directives: name === 'error patterns' ? { errorPatterns: [] } : {}, problem: null };
	}
	const reading =
		input === null
			? { problem: { message: `\`${pair.key}\` takes no such value`, advice: 'Write a text or a list of texts' } }
			: readDirective(name, input);
	if (!('problem' in reading)) return { directives: reading.directives, problem: null };
	return { directives: {}, problem: createFinding('bad-directive', pair.span, reading.problem) };
}

function toInput(name: DirectiveName, value: unknown): DirectiveInput | null {
	if (value === null || value === undefined) return { whole: '', items: [] };
	if (Array.isArray(value)) {
		if (value.some((item) => typeof item === 'object')) return null;
		const items = value.map(String);
		return { whole: items.join(', '), items };
	}
	if (typeof value === 'object') {
		if (name !== 'env' || Object.values(value).some((entry) => entry !== null && typeof entry === 'object'))
			return null;
		const entries = Object.entries(value).map(([key, entry]) => [key, entry === null ? '' : String(entry)]);
		return { whole: '', items: [], entries: Object.fromEntries(entries) };
	}
	return { whole: String(value), items: [String(value)] };
}

function readSetting(name: SettingName, { key, value, span }: Pair): Partial<PromptSettings> | Diagnostic {
	const wrong = (advice: string): Diagnostic =>
		createFinding('bad-directive', span, {
			message: `\`${key}\` can't be ${JSON.stringify(value) ?? 'empty'}`,
			advice,
		});
	if (name === 'count') return value === 'step' || value === 'run' ? { count: value } : wrong('Write `step` or `run`');
	if (name === 'stop') {
		return value === 'first-failure' || value === 'never' ? { stop: value } : wrong('Write `first-failure` or `never`');
	}
	if (name === 'gate') return { gate: { value, span } };
	const lines = Array.isArray(value) ? value : [value];
	const text = lines.every((line) => typeof line === 'string') ? lines.join('\n').trimEnd() : '';
	return text.trim() === '' ? wrong('Write a command') : { [name]: text };
}

/** A list of checks, as skills and specifications carry it: each entry with `run` is a step. */
function readEntries(
	items: readonly ParsedNode[],
	pairsOf: (entry: YAMLMap) => readonly Pair[],
	spanOf: (range: Node['range']) => Span,
): FrontMatter {
	const steps: Step[] = [];
	for (const item of items) {
		const pairs = isMap(item) ? pairsOf(item) : [];
		const text = isScalar(item)
			? { key: 'run', value: item.value, span: spanOf(item.range), valueSpan: spanOf(item.range) }
			: undefined;
		const run = text ?? pairs.find(({ key }) => /^(?:run|command|cmd)$/i.test(key));
		if (run === undefined || typeof run.value !== 'string') continue;
		steps.push(readEntry(steps.length + 1, run, pairs, spanOf(item.range)));
	}
	return { settings: { directives: {} }, steps, problems: [] };
}

function readEntry(number: number, run: Pair, pairs: readonly Pair[], span: Span): Step {
	const text = String(run.value).trimEnd();
	const textOf = (pattern: RegExp): Pair | undefined =>
		pairs.find(({ key, value }) => pattern.test(key) && typeof value === 'string' && value.trim() !== '');
	const name = textOf(/^(?:name|title|id|description)$/i);
	const expected = textOf(/^(?:expect|expected|expected[-_ ]output)$/i);
	let directives: Directives = {};
	const problems: Diagnostic[] = [];
	for (const pair of pairs) {
		const directive = normalizeDirectiveName(pair.key);
		if (directive === null) {
			const meant = closestName(pair.key, [...KEYS, ...ENTRY_KEYS]);
			const isKnown =
				/^(?:run|command|cmd|name|title|id|description|expect|expected|expected[-_ ]output|method)$/i.test(pair.key);
			if (!isKnown && meant !== null) problems.push(unknownKey(pair, [...KEYS, ...ENTRY_KEYS]));
			continue;
		}
		const reading = readValue(directive, pair);
		if (reading.problem) problems.push(reading.problem);
		directives = { ...directives, ...reading.directives };
	}
	const judged = judgeCommand(text, 'inline');
	if (judged) problems.unshift(createFinding(judged.ruleId, run.valueSpan, judged));
	const { stream = 'combined', match, exitCodes } = directives;
	return {
		number,
		name: name ? String(name.value).trim() : firstLine(text),
		label: `verify ${number}`,
		line: span.start.line,
		kind: 'step',
		goal: null,
		commands: [{ text, line: run.valueSpan.start.line, form: 'inline', language: null, span: run.valueSpan }],
		expectation: {
			parts: expected ? [{ kind: 'code', text: String(expected.value).trim(), span: expected.valueSpan }] : [],
			stream,
			...(match && { match }),
			...(exitCodes && { exitCodes }),
		},
		directives,
		span,
		problems,
	};
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0]?.slice(0, 80) || 'verify';
