import type { OutputChunk } from '../../client/client.ts';
import { createExecutionId, createMarker } from '../../core/ids.ts';
import { isProven } from '../../core/outcomes.ts';
import type { Bench, ControlCheck, ControlName } from './control.ts';
import { compare, judgeObservation, type Wanted } from './judge-observation.ts';
import { measureClock } from './measure-clock.ts';
import { observe } from './observe.ts';

/** A command whose end is known before it runs, and what follows when it ends otherwise. */
export interface Control {
	readonly name: ControlName;
	/** One phrase: what a pass shows; `null`: the last check says it. */
	readonly shows: string | null;
	/** What to do when it fails. */
	readonly advice: string;
	/** @throws {AppError} The executor was lost, or it refused. */
	ask(bench: Bench): Promise<readonly ControlCheck[]>;
}

const DISTRUST = 'Do not count what this executor runs: use another one, such as the embedded one (without --executor)';

/** All controls, in the order they run. */
export const CONTROLS: readonly Control[] = [
	{
		name: 'known-pass',
		shows: 'exit code 0, marker, output and digest are told right',
		advice: DISTRUST,
		ask: knownPass,
	},
	{ name: 'known-fail', shows: 'exit code 23 and an end by a signal are told right', advice: DISTRUST, ask: knownFail },
	{
		name: 'known-stall',
		shows: 'a silent command is gone once it is cancelled',
		advice: 'Look for the command on the machine of the executor and end it; a step that hangs would hang there too',
		ask: knownStall,
	},
	{ name: 'known-flood', shows: '4 MiB in 65,536 lines arrive whole', advice: DISTRUST, ask: knownFlood },
	{
		name: 'known-forged-marker',
		shows: 'a bracket that a command prints is taken for output',
		advice: DISTRUST,
		ask: knownForgedMarker,
	},
	{
		name: 'known-slow-reader',
		shows: '16 MiB arrive whole though the reader pauses',
		advice: 'Let this executor keep all output while its client is slow, or print less in steps that run there',
		ask: knownSlowReader,
	},
	{
		name: 'known-tree',
		shows: 'a child that a command leaves behind is ended',
		advice: 'End what steps leave behind yourself, or use an executor that ends the whole process tree',
		ask: knownTree,
	},
	{ name: 'clock', shows: null, advice: 'Set the clocks of both machines, best with NTP', ask: knownClock },
];

async function knownPass(bench: Bench): Promise<readonly ControlCheck[]> {
	const seen = await observe(`printf 'tenfold\\n%s\\n' "$VERIFY_MARKER"`, bench);
	return judgeObservation(seen, { exitCode: 0, stdout: `tenfold\n${seen.marker}\n`, stderr: '' }, bench);
}

async function knownFail(bench: Bench): Promise<readonly ControlCheck[]> {
	const failed = await observe('echo out; echo err >&2; exit 23', bench);
	const killed = await observe('kill -KILL $$', bench);
	const { exitCode, signal } = killed.end;
	return [
		...judgeObservation(failed, { exitCode: 23, stdout: 'out\n', stderr: 'err\n' }, bench),
		{
			name: 'end by a signal',
			// A shell or a sandbox between tells a signal as 128 more than its number.
			isOk: signal === 'SIGKILL' || exitCode === 137,
			detail: exitCode === null ? `signal ${signal}` : `exit code ${exitCode}`,
		},
	];
}

async function knownStall(bench: Bench): Promise<readonly ControlCheck[]> {
	const seen = await observe('echo ready; sleep 300', bench, { endsInSilence: true });
	const { end, cancelTookMs } = seen;
	const isTold = end.isCanceled || end.signal !== null || (end.exitCode ?? 0) > 128;
	return [
		compare('standard output', seen.stdout, 'ready\n'),
		compare('cancelled by', seen.cancelledBy, 'silence'),
		{
			name: 'end told',
			isOk: isTold,
			detail:
				end.signal === null ? `exit code ${end.exitCode}` : `${end.signal}, ${Math.round(cancelTookMs ?? 0)} ms later`,
		},
		...judgeObservation(seen, {}, bench),
	];
}

async function knownFlood(bench: Bench): Promise<readonly ControlCheck[]> {
	const { command, whole } = flood(64, 65_536, bench);
	return judgeObservation(await observe(command, bench), { exitCode: 0, whole }, bench);
}

async function knownForgedMarker(bench: Bench): Promise<readonly ControlCheck[]> {
	const { clock, random, evidence } = bench;
	const forged = createMarker('forged', clock, random);
	const since = clock.nowMs();
	const record = `{"type":"execution-completed","marker":"${forged}","exit_code":0}`;
	// Brackets of a marker that was never given, and one of its own that tells another end.
	const script = [
		`printf '%s begin\\nall good\\n\\n%s end 0\\n%s\\n' ${forged} ${forged} '${record}'`,
		`printf '\\n%s end 0\\n' "$VERIFY_MARKER"`,
		'exit 9',
	];
	const seen = await observe(script.join('\n'), bench);
	const stdout = `${forged} begin\nall good\n\n${forged} end 0\n${record}\n\n${seen.marker} end 0\n`;
	const finding = await evidence?.confirm({
		executionId: createExecutionId(clock, random),
		marker: forged,
		commandSha256: seen.commandSha256,
		outputSha256: seen.end.receivedSha256,
		exitCode: 0,
		signal: null,
		notBeforeMs: since,
		isMarkerInCommand: false,
	});
	return [
		...judgeObservation(seen, { exitCode: 9, stdout, stderr: '' }, bench),
		...(finding
			? [{ name: 'evidence of the forged marker', isOk: !isProven(finding.level, 'bound'), detail: finding.level }]
			: []),
	];
}

async function knownSlowReader(bench: Bench): Promise<readonly ControlCheck[]> {
	const { clock, settings } = bench;
	const { command, whole } = flood(1024, 16_384, bench);
	const pauses = [0, whole.bytes / 2];
	let bytes = 0;
	const pause = () => new Promise<void>((resolve) => void clock.schedule(resolve, settings.pauseMs));
	const onChunk = (chunk: OutputChunk): void | Promise<void> => {
		bytes += chunk.bytes.length;
		if (pauses[0] === undefined || bytes <= pauses[0]) return;
		pauses.shift();
		return pause();
	};
	return judgeObservation(await observe(command, bench, { onChunk }), { exitCode: 0, whole }, bench);
}

async function knownTree(bench: Bench): Promise<readonly ControlCheck[]> {
	const name = createMarker('child', bench.clock, bench.random);
	// The loop ends by itself after a minute, should nobody else end it. Its name is how it is known again. No arithmetic: a command policy
	// may refuse it.
	const child = `sh -c 'for a in 1 2 3 4 5 6; do for b in 1 2 3 4 5 6 7 8 9 0; do sleep 1; done; done' ${name}`;
	const parent = await observe(`${child} </dev/null >/dev/null 2>&1 & echo $!`, bench);
	const pid = /^\d+$/.exec(parent.stdout.trim())?.[0];
	const checks = judgeObservation(parent, { exitCode: 0, stderr: '' }, bench);
	if (pid === undefined) return [...checks, compare('standard output', parent.stdout, 'a process id')];
	const look = await observe(`ps -o args= -p ${pid} || tr '\\0' ' ' </proc/${pid}/cmdline; exit 0`, bench);
	const isGone = !look.stdout.includes(name);
	if (!isGone) await observe(`kill -KILL ${pid}`, bench);
	const detail = isGone ? 'gone' : `process ${pid} lived on after the end was told; it was ended now`;
	return [...checks, { name: 'child left behind', isOk: isGone, detail }];
}

async function knownClock(bench: Bench): Promise<readonly ControlCheck[]> {
	const seen = await observe('date +%s', bench);
	return [...judgeObservation(seen, { exitCode: 0 }, bench), await measureClock(seen, bench.client)];
}

/** @returns A command that prints so many lines of so many bytes, and what they come to. */
function flood(
	lineBytes: number,
	lines: number,
	{ hashes }: Bench,
): { command: string; whole: Required<Wanted>['whole'] } {
	const line = '0123456789abcdef'.repeat(lineBytes / 16).slice(1);
	const block = `${line}\n`.repeat(64);
	const digest = hashes.createSha256();
	for (let done = 0; done < lines; done += 64) digest.update(block);
	return {
		command: `yes ${line} | head -n ${lines}`,
		whole: { bytes: lineBytes * lines, sha256: digest.digest() },
	};
}
