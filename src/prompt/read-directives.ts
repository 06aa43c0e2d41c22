import type { Diagnostic, Span } from '../core/places.ts';
import { type DirectiveInput, type DirectiveName, readDirective, titleOf } from './directives.ts';
import { createFinding } from './lint-rules.ts';
import type { FieldPart } from './open-field.ts';
import type { Directives } from './prompt.ts';
import type { SourceText } from './source-text.ts';
import type { StepField, StepFields } from './step-fields.ts';

/** Reads what the lines of a step set. The first of two lines for the same thing holds. */
export function readStepDirectives(
	{ fields }: StepFields,
	source: SourceText,
): { directives: Directives; problems: readonly Diagnostic[] } {
	let directives: Directives = {};
	const problems: Diagnostic[] = [];
	const seen = new Set<DirectiveName>();
	for (const field of fields) {
		const { label } = field;
		if (label.kind === 'misspelled') {
			problems.push(
				createFinding('unknown-directive', spanOf(field, source), {
					message: `"${field.text}" is no directive and sets nothing`,
					advice: `Write \`${titleOf(label.meant)}\` if that is meant`,
				}),
			);
		}
		if (label.kind !== 'directive') continue;
		const title = titleOf(label.name);
		const input = toInput(field);
		if (isSentence(label.name, field, input)) {
			problems.push(
				createFinding('unknown-directive', spanOf(field, source), {
					message: `"${field.text}" is followed by a sentence and sets nothing`,
					advice: `Write a value of \`${title}\` if that is meant, else another label`,
				}),
			);
			continue;
		}
		if (seen.has(label.name)) {
			problems.push(
				createFinding('repeated-directive', spanOf(field, source), {
					message: `"${title}" is set twice in this step; the first one holds`,
					advice: 'Remove one of the two',
				}),
			);
			continue;
		}
		seen.add(label.name);
		const reading = readDirective(label.name, input);
		if ('problem' in reading) problems.push(createFinding('bad-directive', spanOf(field, source), reading.problem));
		else directives = { ...directives, ...reading.directives };
	}
	return { directives, problems };
}

/** These words also begin what people tell each other: "Background: the old server is …", "Requires: a running server". */
const WORDS_OF_PEOPLE: ReadonlySet<DirectiveName> = new Set([
	'background',
	'env',
	'platform',
	'requires',
	'retries',
	'match',
]);
const IN_SENTENCES = /(?:^|\s)(?:a|an|the|to|is|are|was|we|you|this|that|it|of|for|with|has|have|must|should|if)\s/i;

const isSentence = (name: DirectiveName, { parts }: StepField, { whole }: DirectiveInput): boolean =>
	WORDS_OF_PEOPLE.has(name) &&
	!parts.some((part) => codeOf(part).length > 0) &&
	!whole.includes('=') &&
	IN_SENTENCES.test(whole);

function spanOf(field: StepField, source: SourceText): Span {
	const end = field.parts.reduce((last, part) => ('piece' in part ? Math.max(last, part.piece.end) : last), 0);
	return source.span(field.labelStart, Math.max(end, field.labelStart + field.text.length));
}

/** Inline code is the value itself; without any, the plain words are, with commas between items. */
function toInput(field: StepField): DirectiveInput {
	const codes = field.parts.flatMap(codeOf);
	const prose = field.parts
		.map((part) => ('piece' in part ? part.piece.text : ''))
		.join('')
		.replace(/\s+/g, ' ')
		.trim();
	const [only] = codes;
	if (codes.length === 1 && only !== undefined) return { whole: only, items: [only] };
	if (codes.length > 1) return { whole: codes.join(', '), items: codes };
	return { whole: prose, items: prose.split(/\s*,\s*/).filter(Boolean) };
}

function codeOf(part: FieldPart): readonly string[] {
	return 'piece' in part && part.piece.node?.type === 'inlineCode' ? [part.piece.node.value] : [];
}
