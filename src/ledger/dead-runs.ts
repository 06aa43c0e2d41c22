import type { IntentBody, LostBody } from '../core/ledger-records.ts';
import type { RunWatch } from './audit-runs.ts';
import type { PlacedRecord } from './ledger.ts';

const DAY_MS = 86_400_000;

/**
 * Finds intents that nobody will report any more.
 *
 * @returns The records that say so, in the order of the intents.
 */
export function findLostIntents(records: readonly PlacedRecord[], watch: RunWatch): readonly LostBody[] {
	const ended = new Set(
		records.flatMap(({ record }) => (record.kind === 'result' || record.kind === 'lost' ? [record.execution] : [])),
	);
	return records.flatMap(({ record }) => {
		if (record.kind !== 'intent' || ended.has(record.execution)) return [];
		const detail = explainDeath(record, record.at, watch);
		return detail === null ? [] : [{ kind: 'lost', run: record.run, execution: record.execution, detail }];
	});
}

/**
 * Finds runs that will never settle, because everybody who wrote for them is gone.
 *
 * @returns Their ids, in the order of their first intents.
 */
export function findDeadRuns(records: readonly PlacedRecord[], watch: RunWatch): readonly string[] {
	const settled = new Set(records.flatMap(({ record }) => (record.kind === 'settled' ? [record.run] : [])));
	const dead = new Map<string, boolean>();
	for (const { record } of records) {
		if (record.kind !== 'intent' || settled.has(record.run) || dead.get(record.run) === false) continue;
		dead.set(record.run, explainDeath(record, record.at, watch) !== null);
	}
	return [...dead].flatMap(([run, isDead]) => (isDead ? [run] : []));
}

/** @returns How it is known that the writer of an intent is gone; `null` when it may be at work. */
function explainDeath({ writer }: IntentBody, at: string, { writers, nowMs }: RunWatch): string | null {
	const state = writers.stateOf(writer);
	if (state === 'gone') return `its process ${writer.pid} is gone`;
	return state === 'elsewhere' && nowMs - Date.parse(at) > DAY_MS
		? 'it is of another machine, and more than a day old'
		: null;
}
