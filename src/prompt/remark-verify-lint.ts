import type { Root } from 'mdast';
import type { Plugin } from 'unified';
import { readPrompt } from './read-prompt.ts';

/** vfile's way to tell severities apart: true stops a build, false is a warning, absent an info. */
const FATAL = { error: true, warning: false, info: undefined } as const;

/**
 * A remark plugin that reports what `verify lint` reports, as vfile messages: source `tenfold`, the rule, the place, the advice as note.
 * Needs `remark-frontmatter` and `remark-gfm` before it.
 *
 * @example
 * const file = await remark().use(remarkFrontmatter).use(remarkGfm).use(remarkVerifyLint).process(text);
 * for (const message of file.messages) console.log(String(message), message.ruleId, message.note);
 */
export const remarkVerifyLint: Plugin<[], Root> = () => (tree, file) => {
	const prompt = readPrompt(tree, String(file));
	const problems = [...prompt.problems, ...prompt.steps.flatMap((step) => step.problems)];
	problems.sort((a, b) => a.span.start.offset - b.span.start.offset);
	for (const { ruleId, severity, message, advice, span } of problems) {
		const reported = file.message(message, { place: span, ruleId, source: 'tenfold' });
		reported.fatal = FATAL[severity];
		reported.note = advice;
	}
};
