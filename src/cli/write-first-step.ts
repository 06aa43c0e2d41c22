/** What a new prompt shall verify. */
export interface FirstStep {
	/** One line: what is true when the step passes. */
	readonly goal: string;
	readonly command: string;
}

/** Puts a step into a prompt that was filled from a template, in the place of all of its steps. */
export function writeFirstStep(prompt: string, { goal, command }: FirstStep): string {
	const head = prompt.slice(0, prompt.search(/^### Step 1: /m));
	const isInline = command !== '' && !/[`\n]/.test(command);
	const marks = '`'.repeat(Math.max(3, ...[...command.matchAll(/`+/g)].map(([run]) => run.length + 1)));
	const shown = isInline ? `\`${command}\`` : `\n\n${marks}sh\n${command}\n${marks}\n`;
	const title = escapeMarkdown(goal.replace(/\s+/g, ' ').trim());
	return `${head}### Step 1: ${title}
**Command**: ${shown}
**Expected**: exit code 0
`;
}

/** What a person types is words, not markup. */
const escapeMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]<>#|]/g, '\\$&');
