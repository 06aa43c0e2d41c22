import {
	type Assignment,
	type Command,
	forEachChild,
	type HereDoc,
	type ParameterExpansionPart,
	parse,
	type Redirect,
	type SyntaxNode,
	type Word,
} from 'unbash';
import { Refusal, type ShellWord, type SimpleCommand, toShellWord } from './shell-words.ts';

/** What a script may do beside starting commands. */
export interface ScriptRules {
	/** @returns True when scripts may set this variable. */
	maySet(name: string): boolean;
	/** Output may be sent to files. */
	readonly mayWrite: boolean;
}

/**
 * What both `sh` and `bash` read in the same way, whichever `sh` is. Everything else is refused: `((rm x))` is arithmetic to one and
 * runs `rm` in the other.
 */
const COMMON = new Set<SyntaxNode['type']>([
	'Script',
	'Statement',
	'CompoundList',
	'AndOr',
	'Pipeline',
	'Negation',
	'Time',
	'If',
	'Elif',
	'For',
	'While',
	'Case',
	'CaseItem',
	'Subshell',
	'BraceGroup',
	'Redirected',
	'FileDescriptor',
	'Command',
	'Assignment',
	'Word',
	'Literal',
	'Glob',
	'SingleQuoted',
	'DoubleQuoted',
	'SimpleExpansion',
	'ParameterExpansion',
	'CommandExpansion',
	'ArithmeticExpansion',
	'BraceExpansion',
	'Default',
	'Remove',
	'Redirect',
	'HereDoc',
	'HereDocDelimiter',
	'HereDocBody',
]);

/** The only files that output may go to without leave. */
const SINKS = new Set(['/dev/null', '/dev/stdout', '/dev/stderr']);
/** Judging takes time in which nobody is served. */
const LONGEST = 100_000;

/**
 * Finds every command that a script would start: in pipelines, lists, compound commands, substitutions and here-documents.
 *
 * @throws {Refusal} The script can't be parsed, or holds what can't be judged.
 */
export function readScript(text: string, rules: ScriptRules): readonly SimpleCommand[] {
	if (text.length > LONGEST) throw new Refusal('The command is too long to be judged');
	// Shells differ in what they do with them.
	if (/[\x00-\x08\x0b-\x1f\x7f]/.test(text)) throw new Refusal('Control characters are not judged');
	const found: SimpleCommand[] = [];
	const visit = (node: SyntaxNode): void => {
		if (!COMMON.has(node.type)) throw new Refusal(`Shell syntax that is not judged: ${node.type}`);
		check(node, rules);
		if (node.type === 'Command') found.push(wordsOf(node));
		// Its text is checked, and there is nothing in it to run.
		if (node.type !== 'ArithmeticExpansion') forEachChild(node, visit);
	};
	visit(parse(text));
	return found;
}

function check(node: SyntaxNode, rules: ScriptRules): void {
	switch (node.type) {
		case 'Script': {
			const error = 'errors' in node ? node.errors?.[0] : undefined;
			if (error) throw new Refusal(`The command cannot be parsed: ${error.message}`);
			return;
		}
		case 'Pipeline':
			if (node.operators.some((operator) => operator !== '|')) throw new Refusal('Shell syntax that is not judged: |&');
			return;
		case 'CaseItem':
			if ((node.terminator ?? ';;') !== ';;') throw new Refusal(`Shell syntax that is not judged: ${node.terminator}`);
			return;
		case 'For':
			checkName(node.name.value, rules);
			return;
		case 'Assignment':
			checkAssignment(node, rules);
			return;
		case 'ParameterExpansion':
			checkExpansion(node, rules);
			return;
		case 'CommandExpansion':
			if (!node.script) throw new Refusal('A substitution cannot be parsed');
			// What a backslash means between backquotes depends on what is around them.
			if (node.text.startsWith('`') && node.text.includes('\\'))
				throw new Refusal('Backslashes between backquotes are not judged: use $(…)');
			return;
		case 'ArithmeticExpansion':
			// bash evaluates a variable's text again: it may hold a substitution.
			if (!/^\$\(\([0-9\s+*/%-]*\)\)$/.test(node.text)) throw new Refusal('Arithmetic is judged on plain numbers only');
			return;
		case 'Redirect':
			checkRedirect(node, rules);
			return;
		case 'HereDoc':
			checkHereDoc(node);
			return;
		default:
			return;
	}
}

function checkName(name: string, rules: ScriptRules): void {
	if (!/^[A-Za-z_]\w*$/.test(name) || !rules.maySet(name)) throw new Refusal(`The variable ${name} may not be set`);
}

function checkAssignment({ name, value, append, index }: Assignment, rules: ScriptRules): void {
	if (append || index || value.type !== 'Word') throw new Refusal(`Only plain values may be given to ${name}`);
	checkName(name, rules);
}

function checkExpansion({ prefix, index, operation, parameter }: ParameterExpansionPart, rules: ScriptRules): void {
	// Indexes and offsets are arithmetic; `!` and `@` evaluate what a variable holds.
	if (index || prefix === '!') throw new Refusal(`\${…} of ${parameter} is not judged`);
	if (operation?.type === 'Default' && operation.operator.endsWith('=')) checkName(parameter, rules);
}

function checkRedirect({ operator, target }: Redirect, { mayWrite }: ScriptRules): void {
	const file = target === undefined ? null : toShellWord(target).text;
	if (operator === '&>' || operator === '&>>') throw new Refusal(`Shell syntax that is not judged: ${operator}`);
	if (operator === '>&' || operator === '<&') {
		if (file === null || !/^(\d+|-)$/.test(file)) throw new Refusal(`Only numbers may follow ${operator}`);
		return;
	}
	// bash opens connections under these names.
	if (file === null ? !mayWrite : /^\/dev\/(tcp|udp)\//.test(file)) throw new Refusal('A redirection is not judged');
	if (operator !== '<' && !mayWrite && !(file !== null && SINKS.has(file))) {
		throw new Refusal('Output may not be written to files');
	}
}

/** Where it ends must not be a matter of opinion: after it come commands. */
function checkHereDoc({ delimiter, closing, body }: HereDoc): void {
	const isPlain = delimiter !== undefined && closing !== undefined && /^\w+$/.test(delimiter.value);
	if (!isPlain || (!delimiter.quoted && /\\\n/.test(body.text))) throw new Refusal('A here-document is not judged');
}

function wordsOf({ name, args }: Command): SimpleCommand {
	if (name === undefined && args.length > 0) throw new Refusal('A command without a name');
	// `x=$y` without a command: its substitutions are visited as children.
	if (name === undefined) return [];
	const toWord = (arg: Word | Assignment) => (arg.type === 'Word' ? toShellWord(arg) : assignmentWord(arg));
	return [toShellWord(name), ...args.map(toWord)];
}

/** An argument such as `x=1` of `export`; only words come this far as values. */
function assignmentWord({ name, value }: Assignment): ShellWord {
	const word = value.type === 'Word' ? toShellWord(value) : { text: null, isSingle: false };
	return { ...word, text: word.text === null ? null : `${name}=${word.text}` };
}
