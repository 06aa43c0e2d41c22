import type { InlineCode } from 'mdast';
import type { Diagnostic, Span } from '../core/places.ts';
import { type Fence, inlineCodeSpan, isSession, isShell } from './fence.ts';
import { judgeCommand, looksLikeCommand } from './judge-command.ts';
import { splitKeepingLineEnds } from './labelled-lines.ts';
import { createFinding } from './lint-rules.ts';
import { looksLikeScript } from './looks-like-script.ts';
import type { FieldPart } from './open-field.ts';
import type { StepCommand, StepKind } from './prompt.ts';
import type { SourceText } from './source-text.ts';
import type { StepField, StepFields } from './step-fields.ts';

/** The commands of a step. */
export interface ReadCommands {
	/** In document order, as written: also placeholders and the like, which `problems` refuses; no empty blocks. */
	readonly commands: readonly StepCommand[];
	/** At least one of them can run. */
	readonly isRunnable: boolean;
	/** Why something can't run. */
	readonly problems: readonly Diagnostic[];
	/** What stands after the command in a `Verification` field: it says what to expect where no other field does. */
	readonly trailingProse: readonly FieldPart[];
}

interface Candidate {
	readonly command: StepCommand;
	readonly form: 'inline' | 'fence';
}

/**
 * Finds what a step runs: commands under their labels and shell blocks. Blocks without a language count only where nothing else is there,
 * since beside a command they mostly show its output.
 *
 * @param head - The step's heading, where problems of the step as a whole are shown.
 */
export function readCommands(fields: StepFields, kind: StepKind, head: Span, source: SourceText): ReadCommands {
	const labelled = fields.fields.filter(({ label }) => label.kind === 'command');
	const read = labelled.map((field) => readField(field, source));
	const shellFences = fields.looseFences.filter(
		(fence) => isShell(fence.language) && (!isSession(fence.language) || isMeantToRun(fence)),
	);
	const candidates = [
		...read.flatMap(({ found }) => found),
		...shellFences.flatMap((fence) => fromFence(fence, source)),
	];
	if (candidates.length === 0 && fields.looseFences.every(({ language }) => language === null)) {
		candidates.push(...fields.looseFences.filter(isMeantToRun).flatMap((fence) => fromFence(fence, source)));
	}
	candidates.sort((a, b) => a.command.span.start.offset - b.command.span.start.offset);
	const judged = candidates.map(({ command, form }) => ({ command, problem: judgeCommand(command.text, form) }));
	const runnable = judged.filter(({ problem }) => problem === null).map(({ command }) => command);
	const problems = judged.flatMap(({ command, problem }) => {
		if (problem === null) return [];
		// An empty block beside a command takes nothing away.
		const isHarmless = problem.ruleId === 'empty-fence' && runnable.length > 0;
		return [createFinding(problem.ruleId, command.span, isHarmless ? { ...problem, severity: 'warning' } : problem)];
	});
	if (judged.length === 0) problems.push(...read.flatMap(({ problem }) => problem ?? []));
	if (judged.length === 0 && problems.length === 0) problems.push(missingCommand(fields, kind, head));
	problems.push(...runnable.flatMap(markerProblem), ...unreadBlocks(fields, runnable, source));
	return {
		commands: judged.filter(({ problem }) => problem?.ruleId !== 'empty-fence').map(({ command }) => command),
		isRunnable: runnable.length > 0,
		problems,
		trailingProse: read.find(({ trailing }) => trailing.length > 0)?.trailing ?? [],
	};
}

/** Of what is no command anyway the judgement tells more. */
const isMeantToRun = ({ text }: Fence): boolean =>
	isPrompted(text) || looksLikeScript(text) || (!text.trim().includes('\n') && judgeCommand(text, 'fence') !== null);

interface ReadField {
	readonly found: readonly Candidate[];
	readonly trailing: readonly FieldPart[];
	/** Why the field holds no command. */
	readonly problem: Diagnostic | null;
}

/** A value that begins with inline code is a command, and so is each further code that only `and`, `then` or a comma parts from it. */
function readField(field: StepField, source: SourceText): ReadField {
	const fences = field.parts.flatMap((part) =>
		'fence' in part && mayBeScript(part.fence) ? fromFence(part.fence, source) : [],
	);
	const words = field.parts.filter(
		(part) => 'piece' in part && (part.piece.node !== null || part.piece.text.trim() !== ''),
	);
	const codes: Candidate[] = [];
	let at = 0;
	for (; at < words.length; at += 1) {
		const part = words[at];
		if (part === undefined || !('piece' in part)) break;
		if (part.piece.node?.type === 'inlineCode') codes.push(fromInlineCode(part.piece.node, source));
		else if (codes.length === 0 || !isSeparator(part.piece.text) || !isCode(words[at + 1])) break;
	}
	const trailing = words.slice(at);
	// In a sentence that begins with code, as "`report.md` lists all rows", the code need not be a command.
	const found = trailing.length === 0 ? codes : codes.filter(({ command }) => isMeant(command.text, trailing[0]));
	if (found.length + fences.length === 0)
		return { found: [], trailing: [], problem: proseProblem(field, words, source) };
	const expected =
		found.length === 0 ? [] : /^verif(?:y|ication)$/i.test(field.text) ? trailing : behindArrow(trailing);
	return { found: [...found, ...fences], trailing: expected, problem: null };
}

/** "`make` → `done`" says what to expect, whatever the label is. */
function behindArrow([first, ...others]: readonly FieldPart[]): readonly FieldPart[] {
	if (first === undefined || !('piece' in first) || first.piece.node !== null) return [];
	const { piece } = first;
	const arrow = /^\s*(?:→|⇒|➜|➡\uFE0F?|[=-]>)\s*/.exec(piece.text)?.[0].length;
	if (arrow === undefined) return [];
	const text = piece.text.slice(arrow);
	return [...(text === '' ? [] : [{ piece: { ...piece, text, start: piece.start + arrow } }]), ...others];
}

/** Of `shutdown` in a sentence nobody knows whether it is to be run; what follows a command of one word says how that ends. */
const isMeant = (code: string, next: FieldPart | undefined): boolean =>
	looksLikeCommand(code) &&
	(/[\s/]/.test(code.trim()) || (next !== undefined && 'piece' in next && SAYS_HOW_IT_ENDS.test(next.piece.text)));

const SAYS_HOW_IT_ENDS =
	/^\s*(?:[^\w\s]|(?:expect(?:ed|s)?|exits?|pass(?:es)?|prints?|succeeds?|returns?|shows?|reports?|outputs?|lists?|runs?|finds?|works|ends|with|without|in|on|from|should|must|is (?:green|clean|empty|silent))\b)/i;

const mayBeScript = ({ language }: Fence): boolean => language === null || isShell(language);

function fromInlineCode(node: InlineCode, source: SourceText): Candidate {
	const span = inlineCodeSpan(node, source);
	const command: StepCommand = { text: node.value, line: span.start.line, form: 'inline', language: null, span };
	return { command, form: 'inline' };
}

const isSeparator = (text: string): boolean => /^\s*(?:[,;&|]+|and|then|,?\s*(?:and )?then)?\s*$/i.test(text);

const isCode = (part: FieldPart | undefined): boolean =>
	part !== undefined && 'piece' in part && part.piece.node?.type === 'inlineCode';

function proseProblem(field: StepField, words: readonly FieldPart[], source: SourceText): Diagnostic {
	const first = words[0];
	const last = words.at(-1);
	const end = last && 'piece' in last ? last.piece.end : field.labelStart;
	const start = first && 'piece' in first ? first.piece.start : field.labelStart;
	const text = words
		.map((part) => ('piece' in part ? part.piece.text : ''))
		.join('')
		.trim();
	const fence = field.parts.find((part) => 'fence' in part);
	if (fence && 'fence' in fence) return wrongLanguage(fence.fence, source.spanOf(fence.fence.node));
	const code = words.find((part) => isCode(part) && 'piece' in part && looksLikeCommand(part.piece.text));
	if (text === '') {
		return createFinding('no-command', source.span(start, Math.max(start, end)), {
			message: `"${field.text}" is empty, there is nothing to run`,
			advice: 'Write a command in backticks after the colon',
		});
	}
	const isPlaceholder = /^\[[^\]]*\]$/.test(text);
	return createFinding(
		isPlaceholder ? 'placeholder-command' : 'prose-command',
		source.span(start, Math.max(start, end)),
		{
			message: isPlaceholder ? `The command is a placeholder: ${text}` : `"${field.text}" holds prose, not a command`,
			advice:
				code && 'piece' in code
					? `If \`${code.piece.text}\` proves the step, write it alone in backticks`
					: 'Write a command in backticks after the colon',
		},
	);
}

function missingCommand(fields: StepFields, kind: StepKind, head: Span): Diagnostic {
	const fence = fields.looseFences.find(({ language }) => language !== null);
	if (fence) return wrongLanguage(fence, head);
	if (fields.looseFences.length > 0) {
		return createFinding('no-command', head, {
			message: 'The step has only a block without a language, which does not look like commands: it is not run',
			advice: 'Name the language `bash` if the block is meant to run',
		});
	}
	const hasText = fields.hasProse || fields.fields.length > 0;
	if (kind === 'task' && hasText) {
		return createFinding('prose-command', head, {
			message: 'The task is a text for a model, with no command that proves it',
			advice: 'Add `**Verification Command:**` with a command in backticks',
		});
	}
	return createFinding('no-command', head, {
		message: 'The step has no command to run',
		advice: 'Add `**Verification Command:**` with a command in backticks, or a bash block',
	});
}

/** Nothing is left out in silence: a block without a language might have been meant to run. */
function unreadBlocks(
	{ looseFences, fields }: StepFields,
	commands: readonly StepCommand[],
	source: SourceText,
): readonly Diagnostic[] {
	if (commands.length === 0) return [];
	const read = new Set(commands.map(({ span }) => span.start.offset));
	const recorded = fields.some(({ label }) => label.kind === 'expected') ? [] : looseFences.filter(showsOutput);
	const outputs = recorded.map(({ node }) =>
		createFinding('unread-block', source.spanOf(node), {
			message: 'Of a recorded session only the commands are run: what they printed is not compared',
			advice: 'Put the output under `Expected Output` to compare it',
		}),
	);
	const others = looseFences
		.filter(({ language, text, contentSpan }) => {
			return (
				(language === null || isSession(language)) &&
				text.trim() !== '' &&
				!read.has(contentSpan.start.offset) &&
				!isPrompted(text)
			);
		})
		.map(({ node, language }) =>
			createFinding('unread-block', source.spanOf(node), {
				message: `A block ${language === null ? 'without a language' : 'that shows no command'} beside a command is taken for its output: it is neither run nor compared`,
				advice: 'Name the language `bash` to run it, or put it under `Expected Output` to compare it',
			}),
		);
	return [...outputs, ...others];
}

const wrongLanguage = ({ language }: Fence, span: Span): Diagnostic =>
	createFinding('no-command', span, {
		message: `The step has a ${language} block, but no command that runs it`,
		advice: 'Write the command after `Verification Command:` or in a bash block',
	});

/** A text that everybody can read proves nothing: the marker must come from the run. */
function markerProblem(command: StepCommand): readonly Diagnostic[] {
	const match = /\bMARKER_\w+/.exec(command.text);
	if (match === null) return [];
	return [
		createFinding('marker-in-command', command.span, {
			message: `The command holds a marker, ${match[0].slice(0, 40)}: a marker that stands in the prompt proves nothing`,
			advice: 'Leave it out, each execution gets a marker of its own; `$VERIFY_MARKER` holds it',
		}),
	];
}

/** `$ `, `(venv) $ `, `ada@host:~/app$ `, `[root@host app]# `; a `#` alone begins a comment. */
const PROMPT = /(?:\([\w.-]+\) ?)?(?:(?:[\w.-]+@[\w.-]+:\S*|\[[\w.-]+@[\w.-]+ \S+\])[$#%] |\$ )/.source;
const STARTS_WITH_PROMPT = new RegExp(`^\\s*${PROMPT}`);
/** Marks of a quotation around the block may stand before it. */
const PROMPT_OF_LINE = new RegExp(`^([\\s>]*?)${PROMPT}`);
const OUTPUT_LINE = new RegExp(`^(?!\\s*(?:${PROMPT}|> |[$>]?$)).*\\S`, 'm');

const showsOutput = ({ text }: Fence): boolean => isPrompted(text) && OUTPUT_LINE.test(text.replace(/\\\n.*/g, ''));

const isPrompted = (text: string): boolean => STARTS_WITH_PROMPT.test(text);

function fromFence(fence: Fence, source: SourceText): readonly Candidate[] {
	if (isPrompted(fence.text)) return fromConsole(fence, source);
	const { language, text, contentSpan: span } = fence;
	return [{ command: { text, line: span.start.line, form: 'fence', language, span }, form: 'fence' }];
}

/** A recorded session: lines after `$ ` are commands, with their continuations after `> `; all others are output. */
function fromConsole(fence: Fence, source: SourceText): readonly Candidate[] {
	const raw = source.masked.slice(fence.contentSpan.start.offset, fence.contentSpan.end.offset);
	const found: { text: string; start: number; end: number }[] = [];
	let at = fence.contentSpan.start.offset;
	let isContinued = false;
	for (const line of splitKeepingLineEnds(raw)) {
		const prompt = PROMPT_OF_LINE.exec(line);
		const body = line.replace(/[\r\n]+$/, '');
		const last = found.at(-1);
		if (prompt) found.push({ text: body.slice(prompt[0].length), start: at + prompt[0].length, end: at + body.length });
		else if (isContinued && last && /^\s*(?:> )?/.test(body)) {
			last.text += `\n${body.replace(/^\s*> ?/, '')}`;
			last.end = at + body.length;
		}
		isContinued =
			(prompt !== null || isContinued) &&
			(/\\$/.test(body) || /^\s*> /.test(raw.slice(at - fence.contentSpan.start.offset + line.length)));
		at += line.length;
	}
	return found.map(({ text, start, end }) => {
		const span = source.span(start, end);
		return { command: { text, line: span.start.line, form: 'fence', language: fence.language, span }, form: 'fence' };
	});
}
