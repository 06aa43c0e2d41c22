import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with prompts to measure on. */
export interface PromptFolder {
	readonly folder: string;
	/** Names within the folder. */
	readonly files: readonly string[];
	/** Writes the prompts anew, as they were at first. */
	reset(): Promise<void>;
	remove(): Promise<void>;
}

/** Makes prompts in a fresh folder of their own. */
export async function makePrompts(count: number, textOf: (index: number) => string): Promise<PromptFolder> {
	const folder = await mkdtemp(join(tmpdir(), 'verify-bench-'));
	const files = Array.from({ length: count }, (_, index) => `p${String(index).padStart(5, '0')}.md`);
	const reset = async (): Promise<void> => {
		await rm(folder, { recursive: true, force: true });
		await mkdir(folder, { recursive: true });
		for (const [index, file] of files.entries()) await writeFile(join(folder, file), textOf(index));
	};
	await reset();
	return { folder, files, reset, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A prompt of `count` steps that each run `command` and expect `expected`. */
export function promptOfSteps(count: number, command: string, expected: string): string {
	const steps = Array.from({ length: count }, (_, index) => {
		const expectation = expected === '' ? '' : `\n\`\`\`text\n${expected}\n\`\`\`\n`;
		return `### Step ${index + 1}: Number ${index + 1}\n\n**Command**: \`${command}\`\n\n**Expected**: ${expected === '' ? 'exit code 0\n' : `\n${expectation}`}`;
	});
	return `# Measured\n\n## 📊 TASK METRICS & HISTORY\n- **Success/Failure Ratio**: 0:0 (Requires 10:1 to graduate)\n- **Last Updated**: 2026-01-01\n\n## Plan\n\n${steps.join('\n')}`;
}
