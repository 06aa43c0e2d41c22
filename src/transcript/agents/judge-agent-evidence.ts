import type { Evidence, Reason } from '../../core/outcomes.ts';
import type { FoundLine, Hashes } from '../../core/ports.ts';
import { stripAnsi } from '../../core/strip-ansi.ts';
import { type AgentHit, createHitReader, type HitReader, isAgentHit } from '../hit-reader.ts';
import type { EvidenceCheck } from '../judge-bracket.ts';
import type { LineSource } from '../line-sources.ts';
import type { CommandMatcher } from './command-matchers.ts';
import { type CompleteResult, completeResult } from './complete-result.ts';
import { findOtherAnswer } from './find-other-answer.ts';
import { AGENT_FORMATS } from './formats.ts';
import { resultsOfOutput } from './results-of-output.ts';

/** What must stand in an agent's transcript if the agent really ran a command. */
export interface AgentQuestion {
	/** Made by us, told nobody before: only `[A-Za-z0-9_]`. */
	readonly marker: string;
	/** The whole line of output that proves it; `null`: the marker anywhere in the output is enough. */
	readonly line: string | null;
	readonly command: CommandMatcher;
	/** `around`: the call began before this time and ended after it. `within`: it began and ended inside of it. Milliseconds since the Unix epoch. */
	readonly window: { readonly kind: 'around' | 'within'; readonly fromMs: number; readonly toMs: number };
	/** Of the output, 64 hex digits; `null`: not asked. A newline that the agent's client cut off at the end is no difference. */
	readonly outputSha256?: string | null;
	/** `null` or absent: not asked. */
	readonly exitCode?: number | null;
	/** Paths of transcripts, prompts and reports: what a call read out of them is no trace of anything. */
	readonly ignoredPaths?: readonly string[];
}

/** One question that was asked of a transcript. */
export interface AgentCheck extends EvidenceCheck {
	/** `file:line`; `null` where there is no place. */
	readonly where: string | null;
}

/** The call that a proof is bound to. */
export interface BoundCall {
	/** Name of the agent's format. */
	readonly agent: string;
	readonly session: string;
	readonly toolUse: string;
	/** Path of the transcript. */
	readonly transcript: string;
	/** Of the call and of its result, from 1. */
	readonly lines: readonly [number, number];
	readonly command: string;
}

/** A place where the marker stands. */
export interface AgentTrace {
	/** `file:line`. */
	readonly where: string;
	readonly what: string;
	readonly level: Extract<Evidence, 'none' | 'claimed' | 'printed'>;
}

/** What transcripts of agents prove. */
export interface AgentFinding {
	readonly level: Extract<Evidence, 'none' | 'claimed' | 'printed' | 'bound'>;
	/** Of the call that comes nearest, in order, up to the first that failed. */
	readonly checks: readonly AgentCheck[];
	/** `null` exactly when the level is `bound`. */
	readonly reason: Extract<Reason, 'no-marker' | 'no-bracket' | 'cut-bracket' | 'digest-differs'> | null;
	/** `null` unless the level is `bound`. */
	readonly call: BoundCall | null;
	/** Every place where the marker was found. */
	readonly traces: readonly AgentTrace[];
	/** What could not be read, a sentence each. */
	readonly problems: readonly string[];
	/** Files that were read; `null` where nobody counted. */
	readonly files: number | null;
}

/** A command may start in the background, and go on to start what is asked for. */
const BEFORE_MS = 10 * 60_000;
/** Output of the shell, command, time: {@link ask}. */
const CHECKS_OF_A_RUN = 3;
const SEARCHERS = /\b(?:grep|rg|ag|ack|find|sed|awk|jq)\b/;

interface Candidate {
	readonly file: string;
	readonly hit: AgentHit;
	readonly result: CompleteResult;
}

/**
 * Judges whether an agent ran a command, by the transcripts of its sessions.
 *
 * @returns `bound` only when one call of the agent's shell with that command, at that time, printed the marker, and its output is whole.
 *   `printed` when some tool printed it, `claimed` when it only stands in what people, models or the client wrote.
 * @throws {AppError} What the source of lines throws.
 * @see docs/agents.md
 */
export async function judgeAgentEvidence(
	question: AgentQuestion,
	lines: LineSource,
	hashes: Hashes,
): Promise<AgentFinding> {
	const gathered = new Gatherer(question);
	const words = AGENT_FORMATS.flatMap(({ backgroundWord }) => backgroundWord ?? []);
	const report = await lines([question.marker, ...words], (line) => gathered.add(line));
	const { traces, candidates } = gathered;
	const common = { traces, problems: report.problems, files: report.files };
	const judged = candidates.map((candidate) => judge(candidate, question, hashes));
	const best = await askForOthers(judged.sort(byWeight)[0]);
	if (best?.reason === null) return { ...common, level: 'bound', checks: best.checks, reason: null, call: best.call };
	const level = traces.some((trace) => trace.level === 'printed')
		? 'printed'
		: traces.some((trace) => trace.level === 'claimed')
			? 'claimed'
			: 'none';
	if (best !== undefined) return { ...common, level, checks: best.checks, reason: best.reason, call: null };
	const first = traces[0];
	const checks = [
		{
			name: 'marker was found',
			isOk: first !== undefined,
			detail:
				first === undefined
					? 'in no record'
					: `${traces.length === 1 ? 'in one place' : `in ${traces.length} places, the first`}: ${first.what}`,
			where: first?.where ?? null,
		},
		...(first === undefined
			? []
			: [{ name: "output of the agent's shell", isOk: false, detail: 'in no result of a shell call', where: null }]),
	];
	return { ...common, level, checks, reason: first === undefined ? 'no-marker' : 'no-bracket', call: null };
}

class Gatherer {
	readonly traces: AgentTrace[] = [];
	readonly candidates: Candidate[] = [];
	readonly #question: AgentQuestion;
	readonly #readers = new Map<string, HitReader>();

	constructor(question: AgentQuestion) {
		this.#question = question;
	}

	async add(found: FoundLine): Promise<void> {
		const { file, line, offset } = found;
		const bytes = Buffer.from(found.bytes.buffer, found.bytes.byteOffset, found.bytes.byteLength);
		const { marker } = this.#question;
		if (!file.path.endsWith('.jsonl')) return this.#addOutputFile(found);
		const read = this.#readers.get(file.path) ?? createHitReader(file);
		this.#readers.set(file.path, read);
		const { parts, rest } = await read({ ...found, bytes });
		const holders = parts.filter((part) => part.text.includes(marker));
		for (const part of holders.length > 0 ? holders : bytes.includes(marker) ? [rest] : []) {
			this.#trace(isAgentHit(part) ? part : null, { where: `${file.path}:${line}`, what: part.where });
		}
		for (const hit of parts) {
			if (!isAgentHit(hit) || !hit.isResult || hit.record.isCopy) continue;
			const isStart = hit.shell?.status === 'started' && this.#isTimely(hit.record.atMs);
			if (!isStart && !holders.includes(hit)) continue;
			await this.#addCandidate(file.path, hit, await completeResult({ file, line, offset, hit }));
		}
	}

	/** Output that was kept outside of the transcript. */
	async #addOutputFile({ file, line }: FoundLine): Promise<void> {
		const results = await resultsOfOutput(file.path);
		if (results.length === 0)
			this.#trace(null, { where: `${file.path}:${line}`, what: 'a file that is no transcript' });
		for (const { placed, result } of results) {
			this.#trace(placed.hit, { where: `${file.path}:${line}`, what: `saved ${placed.hit.where}` });
			await this.#addCandidate(placed.file.path, placed.hit, result);
		}
	}

	async #addCandidate(file: string, hit: AgentHit, result: CompleteResult | null): Promise<void> {
		if (result === null || !result.output.includes(this.#question.marker)) return;
		if (result.outputFile !== null && result.status !== 'unknown') {
			const where = `${file}:${result.line}`;
			if (!this.traces.some((trace) => trace.where === where))
				this.#trace(hit, { where, what: hit.where, isOutput: true });
		}
		if (!this.#isTrace(hit)) this.candidates.push({ file, hit, result });
	}

	#isTimely(atMs: number | null): boolean {
		const { fromMs, toMs } = this.#question.window;
		return atMs !== null && atMs >= fromMs - BEFORE_MS && atMs <= toMs;
	}

	#trace(hit: AgentHit | null, place: { where: string; what: string; isOutput?: boolean }): void {
		const { where, what, isOutput } = place;
		if (hit !== null && this.#isTrace(hit)) {
			this.traces.push({ where, what: `${what}, of a call that searched or read it`, level: 'none' });
			return;
		}
		const isPrinted = (hit?.kind === 'tool-output' || isOutput === true) && hit?.shell?.status !== 'unknown';
		this.traces.push({ where, what, level: isPrinted && hit?.record.isCopy !== true ? 'printed' : 'claimed' });
	}

	/** A call that looked for the marker, or read it out of a prompt, a transcript or a report, proves nothing. */
	#isTrace({ site, kind }: AgentHit): boolean {
		if (site === null) return false;
		const { call } = site;
		const { marker, command, ignoredPaths = [] } = this.#question;
		if (call.command !== null && command(call.command).isMatch) return false;
		const isReading = ignoredPaths.some((path) => path !== '' && call.text.includes(path));
		const isSearch =
			call.text.includes(marker) && (call.command === null ? kind === 'tool-output' : SEARCHERS.test(call.command));
		return isReading || isSearch || /\.claude\/projects\b|\bverify(?:\.js)? (?:find|confirm|report)\b/.test(call.text);
	}
}

type Judged = Pick<AgentFinding, 'checks' | 'reason' | 'call'> & { readonly atMs: number };

/** Of several runs of the command in time the last one counts; others by how far they come. */
function byWeight(a: Judged, b: Judged): number {
	const isRun = ({ checks }: Judged): boolean => checks.filter(({ isOk }) => isOk).length >= CHECKS_OF_A_RUN;
	if (isRun(a) || isRun(b)) return Number(isRun(b)) - Number(isRun(a)) || b.atMs - a.atMs;
	return b.checks.length - a.checks.length;
}

function judge(candidate: Candidate, question: AgentQuestion, hashes: Hashes): Judged {
	const { hit, result, file } = candidate;
	const checks: AgentCheck[] = [];
	const atMs = result.site.record.atMs ?? 0;
	for (const { reason, ...check } of ask(candidate, question, hashes)) {
		checks.push(check);
		if (!check.isOk) return { checks, reason, call: null, atMs };
	}
	const call = {
		agent: hit.format.name,
		session: hit.record.session ?? '',
		toolUse: result.site.call.id,
		transcript: file,
		lines: [result.site.line, result.resultLine] as const,
		command: result.site.call.command ?? '',
	};
	return { checks, reason: null, call, atMs };
}

/** Costs another look at the transcript, so only the one that would be bound is asked. */
async function askForOthers(best: Judged | undefined): Promise<Judged | undefined> {
	const format = AGENT_FORMATS.find(({ name }) => name === best?.call?.agent);
	if (best?.call == null || format === undefined) return best;
	const { transcript, toolUse, lines } = best.call;
	const other = await findOtherAnswer(transcript, toolUse, format);
	const check = {
		name: 'the only result of its call',
		isOk: other === null,
		detail: other === null ? toolUse : 'another result of the same call says something else',
		where: `${transcript}:${other ?? lines[1]}`,
	};
	const checks = [...best.checks, check];
	return other === null ? { ...best, checks } : { ...best, checks, reason: 'digest-differs', call: null };
}

type Asked = AgentCheck & { readonly reason: Exclude<AgentFinding['reason'], null> };

/** Later questions take the answers of earlier ones for granted. */
function* ask({ hit, result, file }: Candidate, question: AgentQuestion, hashes: Hashes): Generator<Asked> {
	const { site, output, status, exitCode } = result;
	const callAt = `${file}:${site.line}`;
	const resultAt = `${file}:${result.line}`;
	yield {
		name: "output of the agent's shell",
		isOk: true,
		detail: `${hit.where} ${site.call.id}${result.outputFile === null ? '' : `, kept in ${result.outputFile}`}`,
		where: resultAt,
		reason: 'no-bracket',
	};
	const match = question.command(site.call.command ?? '');
	yield { name: 'command', isOk: match.isMatch, detail: match.detail, where: callAt, reason: 'no-bracket' };
	yield { name: 'time', ...judgeTime(result, question.window), where: callAt, reason: 'no-bracket' };
	yield {
		name: 'the command came to its end',
		isOk: status === 'succeeded' || status === 'failed',
		detail: status === 'started' ? 'it runs in the background, no record tells its end' : status,
		where: resultAt,
		reason: 'no-bracket',
	};
	yield {
		name: 'output is whole',
		isOk: result.isWhole,
		detail: result.isWhole ? `${output.length} characters` : 'cut short, and the file with all of it is not there',
		where: resultAt,
		reason: 'cut-bracket',
	};
	if (question.exitCode != null) {
		const isOk = exitCode === question.exitCode;
		const detail = `${exitCode ?? 'unknown'}, expected ${question.exitCode}`;
		yield { name: 'exit code', isOk, detail, where: resultAt, reason: 'digest-differs' };
	}
	if (question.line !== null) {
		const isOk = output.split('\n').some((line) => stripAnsi(line).trim() === question.line);
		const detail = isOk ? 'a line of its own' : 'the marker stands there, the whole line does not';
		yield { name: 'proof', isOk, detail, where: resultAt, reason: 'digest-differs' };
	}
	if (question.outputSha256 != null) {
		const isOk = [output, `${output}\n`].some((text) => hashes.sha256(text) === question.outputSha256);
		const detail = isOk ? question.outputSha256 : `another than ${question.outputSha256}`;
		yield { name: 'output digest', isOk, detail, where: resultAt, reason: 'digest-differs' };
	}
}

function judgeTime(
	{ site, endedAtMs }: CompleteResult,
	{ kind, fromMs, toMs }: AgentQuestion['window'],
): Pick<AgentCheck, 'isOk' | 'detail'> {
	const startedAtMs = site.record.atMs;
	const told = `${toTime(startedAtMs)} to ${toTime(endedAtMs)}`;
	const asked = `${toTime(fromMs)} to ${toTime(toMs)}`;
	if (startedAtMs === null) return { isOk: false, detail: 'the record of the call has no time' };
	const isOk =
		kind === 'around'
			? startedAtMs <= fromMs && (endedAtMs === null || endedAtMs >= toMs)
			: startedAtMs >= fromMs && (endedAtMs === null || endedAtMs <= toMs);
	return { isOk, detail: `${told}, ${isOk ? '' : 'not '}${kind} ${asked}` };
}

const toTime = (ms: number | null): string => (ms === null ? 'unknown' : new Date(ms).toISOString());
