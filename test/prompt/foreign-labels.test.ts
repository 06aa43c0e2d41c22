import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

/** Words for a step, a command, an expectation and a sample, as runbooks of each language write them. */
const LANGUAGES = [
	['Schritt 1: ', 'Befehl', 'Erwartete Ausgabe', 'Ausgabe'],
	['Aufgabe 1: ', 'Prüfung', 'Erwartet', 'Beispiel'],
	['Étape 1 : ', 'Commande de vérification', 'Résultat attendu', 'Sortie'],
	['ÉTAPE 1 – ', 'Vérification', 'Sortie attendue', 'Exemple'],
	['Paso 1: ', 'Comando de verificación', 'Salida esperada', 'Salida'],
	['Passo 1. ', 'Verificação', 'Saída esperada', 'Saída'],
	['Step 1: ', 'Comando di verifica', 'Output atteso', 'Esempio'],
	['步骤 1：', '验证命令', '预期输出', '输出'],
	['ステップ1：', '検証コマンド', '期待される出力', '出力例'],
] as const;
const WAYS: readonly ((label: string, value: string) => string)[] = [
	(label, value) => `**${label}:** ${value}`,
	(label, value) => `**${label}** : ${value}`,
	(label, value) => `- **${label}**：${value}`,
	(label, value) => `${label}：${value}`,
	(label, value) => `* ${label}: ${value}`,
];

describe('parsePrompt()', ({ test }) => {
	const step = fc.record({
		words: fc.constantFrom(...LANGUAGES),
		way: fc.constantFrom(...WAYS),
		heading: fc.constantFrom('##', '####'),
		end: fc.constantFrom('\n', '\r\n'),
	});

	test('reads the labels of other languages like the English ones', () => {
		check(
			fc.property(step, ({ words: [title, command, expected], way, heading, end }) => {
				const lines = [`${heading} ${title}Name`, '', way(command, '`wc -l f`'), way(expected, '`3`')];
				const { steps, problems } = parsePrompt(lines.join(end));
				const read = steps.map(({ name, kind, commands, expectation }) => ({
					name,
					kind,
					commands: commands.map(({ text }) => text),
					parts: expectation.parts.map(({ text }) => text),
				}));
				const kind = title.startsWith('Aufgabe') ? 'task' : 'step';
				assert.equal(read, [{ name: 'Name', kind, commands: ['wc -l f'], parts: ['3'] }], lines.join('\n'));
				assert.equal(problems, []);
			}),
		);
	});

	test('runs no block that a label of another language calls output', () => {
		for (const [title, , , sample] of LANGUAGES) {
			const text = `## ${title}Name\n\n\`\`\`bash\nls\n\`\`\`\n\n**${sample}:**\n\`\`\`bash\nrm -rf x\n\`\`\`\n`;
			const commands = parsePrompt(text).steps.flatMap((one) => one.commands);
			assert.equal(
				commands.map(({ text: words }) => words),
				['ls'],
				sample,
			);
		}
	});

	test('tells commands of another language that belong to no step', () => {
		for (const [, command] of LANGUAGES) {
			const { steps, problems } = parsePrompt(`## Other\n\n- **${command}**: \`node -v\`\n`);
			assert.is(steps.length, 0);
			assert.equal(
				problems.map(({ ruleId }) => ruleId),
				['stray-command'],
				command,
			);
		}
	});
});
