import type { RootContent } from 'mdast';
import { hasCommandColumns } from './labelled-cells.ts';
import type { SourceText } from './source-text.ts';

/** The end of a label for commands, a colon, and code after it: nearly no text has it, and to read all labels would cost more than all else. */
const COMMAND_HINT =
	/(?:\b(?:commands?|cmds?|v[eé]rif[\wóçã]+|run|execute|with|this|following|commandes?|coman(?:dos?|di)|kommando|lancer|ejecutar|executar|eseguir?e?|prueba|teste?)\b|befehle?|pr[uü]fung|ausf[uü]hren|ex[eé]cuter|命令|[验驗][证證]|[运運執执]行|コマンド|検証|実行)(?:\(s\))?(?: ?\d+)?(?: ?\([^)\n]{0,40}\))?[ \t*_]{0,6}[:：|][^\w`~]{0,12}[`~]/i;

/** In each label for what is expected. */
const EXPECTATION_HINT =
	/expect|should|crit[eè]ri|pass|erwart|kriteri|attend|esperad|attes|[预預期][期待望]|成功|验收/i;

/** False only where no command stands under a label; cheaper than to read the labels. */
export function mayHoldCommand(blocks: readonly RootContent[], source: SourceText): boolean {
	// A heading that is a label has no colon.
	if (blocks[0]?.type === 'heading' && blocks.some(({ type }) => type === 'code')) return true;
	const text = textOfAll(blocks, source);
	const hasCode = text.includes('`') || text.includes('~');
	return (hasCode && COMMAND_HINT.test(text)) || blocks.some(isCommandTable);
}

/** False only where no label says what to expect. */
export const mayExplainItself = (blocks: readonly RootContent[], source: SourceText): boolean =>
	EXPECTATION_HINT.test(textOfAll(blocks, source));

function textOfAll(blocks: readonly RootContent[], source: SourceText): string {
	const [first, last] = [blocks[0], blocks.at(-1)];
	return first === undefined || last === undefined ? '' : source.text.slice(source.startOf(first), source.endOf(last));
}

/** Tells a table with columns for commands and expectations. */
export const isCommandTable = (block: RootContent): boolean => block.type === 'table' && hasCommandColumns(block);
