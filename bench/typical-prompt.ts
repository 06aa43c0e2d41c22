/**
 * Writes a prompt of about 8 kB as people have them: metrics with a history, a briefing in prose, code, steps with logs, recovery tests.
 * Each has words, names and numbers of its own, so that nothing that was understood of one helps with another.
 *
 * @param index - Which one; the same index gives the same text.
 */
export function typicalPrompt(index: number): string {
	const pick = createPicker(index + 1);
	const name = `${pick(WORDS)}-${pick(WORDS)}-${index}`;
	const [success, failure] = [index % 30, index % 4];
	return [
		`# ${name} — Self-Improving Prompt`,
		`## 📊 TASK METRICS & HISTORY\n- **Success/Failure Ratio**: ${success}:${failure} (Requires 10:1 to graduate)\n- **Last Updated**: 2026-01-${10 + (index % 20)}\n- **Evolution History**:\n  | Version | Change & Reason | Result |\n  | :------ | :-------------- | :----- |\n${[1, 2, 3].map((version) => `  | v${version} | ${sentence(pick, 6)} | ${pick(['TBD', 'Passed', 'Failed'])} |`).join('\n')}\n\n---`,
		`## 🏛️ ARCHITECT'S BRIEFING (Immutable)\n<!-- ${sentence(pick, 12)} -->\n\n### 1. Purpose\n${paragraph(pick, 3)}\n\n### 2. Core Principles & Constraints\n${bullets(pick, 5)}\n\n### 3. API Contract & Dependencies\n- **Command line:**\n  - \`--${pick(WORDS)}\`: ${sentence(pick, 6)}\n  - anything else: ${sentence(pick, 8)}\n- **Dependencies:** see [the notes](docs/${pick(WORDS)}.md) and https://example.org/${pick(WORDS)}\n\n---`,
		`## 🤖 IMPLEMENTER'S WORKSPACE\n\n### **Implementation Code Block**\n\`\`\`python\n#!/usr/bin/env python3\nimport sys\n\n${Array.from({ length: 9 }, () => program(pick)).join('\n')}\n\`\`\`\n\n### **Task Execution Plan & Log**`,
		...[1, 2, 3, 4, 5].map((number) => step(number, pick)),
		`## 🎓 GRADUATION & VERIFICATION\n### 1. Component Integration Test\n*   **Test Script Path:** \`tests/${name}.sh\`\n*   **Execution:** ${sentence(pick, 10)}\n\n---`,
		`## 🔬 DIAGNOSTICS & RECOVERY\n<!-- ${sentence(pick, 20)} -->\n\n### Recovery Tests\n#### Test 1: ${sentence(pick, 4)}\n\`\`\`bash\npython3 {{implementation}} --${pick(WORDS)} | grep -c ${pick(WORDS)}\n\`\`\``,
		`## Notes\n\n${Array.from({ length: 4 }, () => paragraph(pick, 3)).join('\n\n')}`,
	].join('\n\n');
}

type Picker = <T>(items: readonly T[]) => T;

const WORDS =
	'archive batch cache delta export filter graph header index journal kernel ledger matrix notice output parser query record schema token upload value window yield zone answer branch commit device engine folder'.split(
		' ',
	);

/** A linear congruential generator: the texts must be the same on every machine. */
function createPicker(seed: number): Picker {
	let state = Math.imul(seed, 2654435761) >>> 0;
	return (items) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		const item = items[(state >>> 8) % items.length];
		if (item === undefined) throw new RangeError('Nothing to pick from');
		return item;
	};
}

function sentence(pick: Picker, length: number): string {
	const words = Array.from({ length }, () => pick(WORDS)).join(' ');
	return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

const paragraph = (pick: Picker, length: number): string =>
	Array.from(
		{ length },
		() => `${sentence(pick, 9)} with \`${pick(WORDS)}_${pick(WORDS)}\` and **${pick(WORDS)}**, not *${pick(WORDS)}*.`,
	).join('\n');

const bullets = (pick: Picker, count: number): string =>
	Array.from({ length: count }, () => `- ${sentence(pick, 11)}.`).join('\n');

const program = (pick: Picker): string =>
	`def ${pick(WORDS)}_${pick(WORDS)}(${pick(WORDS)}, ${pick(WORDS)}=None):\n    """${sentence(pick, 8)}."""\n    if ${pick(WORDS)} is None:\n        print(f"## {${pick(WORDS)}}: **Success Ratio** {len(${pick(WORDS)})}")\n    return [${pick(WORDS)}[0] * 2 for _ in range(3)]\n`;

const step = (number: number, pick: Picker): string =>
	`#### **Step ${number}: ${sentence(pick, 4)}**\n*   **Goal:** ${sentence(pick, 9)}.\n*   **Action:** ${sentence(pick, 8)}.\n*   **Verification Command:** \`python3 {{implementation}} --${pick(WORDS)} "${pick(WORDS)} ${number}"\`\n*   **Expected Output:** \`${pick(WORDS)}: ${number}\`\n*   **Timeout:** 30s\n\n**--- EXECUTION LOG (Step ${number}) ---**\n\`\`\`text\n${sentence(pick, 12)}\n${sentence(pick, 8)}\n\`\`\`\n\n---`;
