/** What a label in another language than English announces. */
export type ForeignKind = 'goal' | 'command' | 'expected' | 'ignored';

/**
 * Labels as they are found in runbooks, word for word: what is not here is no label, so that no sentence becomes a command. German, French,
 * Spanish, Portuguese, Italian, Chinese, Japanese.
 */
const WORDS: Readonly<Record<ForeignKind, readonly string[]>> = {
	goal: ['ziel', 'zweck', 'objectif', 'objetivo', 'propósito', 'obiettivo', '目标', '目的', 'ゴール'],
	command: [
		...['befehl', 'befehle', 'kommando', 'prüfbefehl', 'testbefehl', 'verifikationsbefehl', 'verifizierungsbefehl'],
		...['verifizierung', 'verifikation', 'überprüfung', 'prüfung', 'ausführen'],
		...['commande', 'commandes', 'commande de vérification', 'commandes de vérification', 'commande de test'],
		...['vérification', 'vérifier', 'exécuter', 'lancer'],
		...['comando', 'comandos', 'comando de verificación', 'comandos de verificación', 'comando de prueba'],
		...['verificación', 'verificar', 'ejecutar'],
		...['comando de verificação', 'comandos de verificação', 'comando de teste', 'verificação', 'executar'],
		...['comando di verifica', 'comandi', 'verifica', 'eseguire', 'esegui'],
		...'命令 验证命令 測試命令 测试命令 检查命令 执行命令 运行命令 驗證命令 验证 執行 执行 运行'.split(' '),
		...'コマンド 検証コマンド 確認コマンド テストコマンド 実行コマンド 検証 実行'.split(' '),
	],
	expected: [
		...['erwartet', 'erwartete ausgabe', 'erwartetes ergebnis', 'erwartete ergebnisse', 'erwartetes verhalten'],
		...['erwartete antwort', 'erfolgskriterien', 'erfolgskriterium', 'akzeptanzkriterien'],
		...[
			'attendu',
			'résultat attendu',
			'résultats attendus',
			'sortie attendue',
			'réponse attendue',
			'comportement attendu',
		],
		...['critères de succès', 'critères d’acceptation', "critères d'acceptation"],
		...['esperado', 'salida esperada', 'resultado esperado', 'resultados esperados', 'respuesta esperada'],
		...['comportamiento esperado', 'criterios de éxito', 'criterios de aceptación'],
		...['saída esperada', 'resposta esperada', 'critérios de sucesso', 'critérios de aceitação'],
		...['atteso', 'output atteso', 'risultato atteso', 'criteri di successo', 'criteri di accettazione'],
		...'预期 预期输出 预期结果 期望 期望输出 期望结果 預期輸出 預期結果 成功标准 验收标准'.split(' '),
		...'期待 期待値 期待出力 期待結果 期待される出力 期待される結果 期待する出力 成功基準'.split(' '),
	],
	ignored: [
		...['ausgabe', 'beispiel', 'beispielausgabe', 'fehlerbehebung', 'falls das fehlschlägt', 'wenn das fehlschlägt'],
		...['sortie', 'exemple', 'exemples', 'dépannage', 'salida', 'ejemplo', 'ejemplos', 'solución de problemas'],
		...['saída', 'exemplo', 'exemplos', 'solução de problemas', 'esempio', 'risoluzione dei problemi'],
		...'输出 示例 例子 故障排除 故障排查 出力 出力例 例 トラブルシューティング ロールバック'.split(' '),
	],
};

const KINDS: ReadonlyMap<string, ForeignKind> = new Map(
	(['goal', 'command', 'expected', 'ignored'] as const).flatMap((kind) =>
		WORDS[kind].map((word) => [word, kind] as const),
	),
);

/** @param words - In lower case, blanks folded. */
export const readForeignLabel = (words: string): ForeignKind | null => KINDS.get(words) ?? null;

/** Words for a step before its number, for a pattern that ignores case. */
export const FOREIGN_STEP = '(?:schritt|étape|etape|paso|passo) #?|(?:步骤|步驟|ステップ|手順) ?';

/** Words for a task; see {@link FOREIGN_STEP}. */
export const FOREIGN_TASK = '(?:aufgabe|tâche|tache|tarea|tarefa) #?|(?:任务|任務|タスク) ?';
