import { closestName } from '../core/closest-name.ts';
import { DIRECTIVE_NAMES, type DirectiveName, normalizeDirectiveName } from './directives.ts';
import { readForeignLabel } from './foreign-labels.ts';
import { foldSpace } from './white-space.ts';

/** What a label in a step announces. */
export type StepLabel =
	| { readonly kind: 'goal' | 'action' | 'command' | 'log' | 'ignored' | 'other' }
	/** `stream`: named by the label itself, as in `Expected stderr`. */
	| { readonly kind: 'expected'; readonly stream: 'stdout' | 'stderr' | 'combined' | null }
	| { readonly kind: 'directive'; readonly name: DirectiveName }
	| { readonly kind: 'misspelled'; readonly meant: string };

const GOAL = /^(?:goal|purpose|objective)s?$/;
const ACTION = /^actions?$/;
const COMMAND = new RegExp(
	`^(?:${[
		'(?:(?:verification|validation|verify|run|test|check|shell) )?(?:command|cmd)(?:s|\\(s\\))?',
		'verification|verify(?: with)?|run|execute|commands? to run',
		'(?:run|execute) (?:this|the following)(?: commands?)?',
	].join('|')})(?: \\d+)?(?: \\([^)]*\\))?$`,
);
/** Nouns, and sentences that their value ends, as in `You should see: ok`. */
const EXPECTED = new RegExp(
	`^(?:${[
		'(?:expected|expects?)(?: (?:output|results?|outcomes?|responses?|behaviou?r|values?|error(?: message)?))?',
		'(?:(?:you|it) )?should (?:see|print|output|return|show|display)',
		'(?:the )?(?:output|result) should (?:be|contain|include|show)',
		'(?:success|pass(?:ing)?|acceptance) criteri(?:a|on)',
		'pass(?:es)? (?:if|when)',
	].join('|')})(?: \\(?(stdout|stderr|combined)\\)?)?(?: \\d+)?$`,
);
/** Blocks under these show something; nobody means them to be run. */
const IGNORED = new RegExp(
	[
		'^(?:(?:sample|example|actual|raw|full|console|terminal) )?(?:outputs?|examples?|samples?)$',
		'^(?:implementation|troubleshooting|rollback)\\b',
		'^alternative(?:ly)?$',
		'^(?:execution|evolution|run|failure) (?:logs?|records?|history|reports?)\\b',
		'^(?:if .* fails?|on failure)$',
	].join('|'),
);

const EXECUTION_LOG = /\bexecution log\b/;

/**
 * Tells what a label announces.
 *
 * @param label - Without colon and marks.
 * @param isMarked - Bold or italic. A plain word with a colon is a label only when it is a known one.
 * @returns `null` when the line has no label.
 */
export function readStepLabel(label: string, isMarked: boolean): StepLabel | null {
	const known = isMarked ? KNOWN.marked : KNOWN.plain;
	let read = known.get(label);
	if (read === undefined) {
		read = judgeLabel(label, isMarked);
		if (known.size >= MOST_KNOWN) known.clear();
		known.set(label, read);
	}
	return read;
}

/**
 * As {@link readStepLabel} of a marked one, for who asks only that and of every title: to look for misspelled words costs more than all
 * else, and a title that is remembered keeps the text of its document.
 */
export function isCommandLabel(label: string): boolean {
	const words = foldSpace(label.toLowerCase());
	return COMMAND.test(words) || readForeignLabel(words) === 'command';
}

/** Blocks under it show something; see {@link isCommandLabel}. */
export function isSampleLabel(label: string): boolean {
	const words = foldSpace(label.toLowerCase());
	return IGNORED.test(words) || EXECUTION_LOG.test(words) || readForeignLabel(words) === 'ignored';
}

/** All prompts together have a few dozen labels, each of them thousands of times. */
const KNOWN = { marked: new Map<string, StepLabel | null>(), plain: new Map<string, StepLabel | null>() };
const MOST_KNOWN = 200;

function judgeLabel(label: string, isMarked: boolean): StepLabel | null {
	const words = foldSpace(label.toLowerCase());
	if (GOAL.test(words)) return { kind: 'goal' };
	if (ACTION.test(words)) return { kind: 'action' };
	if (COMMAND.test(words)) return { kind: 'command' };
	const expected = EXPECTED.exec(words);
	if (expected) return { kind: 'expected', stream: readStream(expected[1]) };
	const name = normalizeDirectiveName(words);
	if (name) return { kind: 'directive', name };
	if (EXECUTION_LOG.test(words)) return { kind: 'log' };
	const foreign = readForeignLabel(words);
	if (foreign !== null) return foreign === 'expected' ? { kind: foreign, stream: null } : { kind: foreign };
	if (!isMarked) return /^(?:sample |example |actual )?output$/.test(words) ? { kind: 'ignored' } : null;
	if (IGNORED.test(words)) return { kind: 'ignored' };
	const mayBeMisspelled = words.length > 3 && words.length < 30 && !PLAIN_WORDS.has(words);
	const meant = mayBeMisspelled ? closestName(words, GUESSABLE) : null;
	return meant === null ? { kind: 'other' } : { kind: 'misspelled', meant };
}

/** Too many words of plain language are close to these. */
const GUESSABLE = DIRECTIVE_NAMES.filter((name) => name !== 'tags' && name !== 'watches');

/** Close to a directive, and common as labels of their own. */
const PLAIN_WORDS: ReadonlySet<string> = new Set(
	'requirements required entries tries watch batch patch install stale retrieve'.split(' '),
);

const readStream = (word: string | undefined): 'stdout' | 'stderr' | 'combined' | null =>
	word === 'stdout' || word === 'stderr' || word === 'combined' ? word : null;
