import * as assert from 'uvu/assert';
import type { CompletedRecord, StartedRecord } from '../../src/core/transcript-records.ts';
import { type ExpectedBracket, judgeBracket } from '../../src/transcript/judge-bracket.ts';
import type { Bracket } from '../../src/transcript/transcript-reader.ts';
import { describe } from '../helpers/suite.ts';

const MARKER = 'MARKER_step_1763720000_0123456789ABCDEFGHJKMNPQRS';
const OTHER = 'MARKER_step_1763720000_SRQPNMKJHGFEDCBA9876543210';
const [COMMAND, OUTPUT, WRONG] = ['c'.repeat(64), 'd'.repeat(64), 'e'.repeat(64)];

const started: StartedRecord = {
	v: 1,
	type: 'execution-started',
	at: '2025-11-21T10:00:01.000Z',
	execution: 'x',
	marker: MARKER,
	command_sha256: COMMAND,
	pid: 1,
	pgid: 1,
	cwd: '/',
};
const completed: CompletedRecord = {
	v: 1,
	type: 'execution-completed',
	at: '2025-11-21T10:00:02.000Z',
	execution: 'x',
	marker: MARKER,
	command_sha256: COMMAND,
	exit_code: 0,
	signal: null,
	duration_ms: 1000,
	bytes: 3,
	dropped_bytes: 0,
	output_sha256: OUTPUT,
};
const expected: ExpectedBracket = {
	executionId: 'x',
	marker: MARKER,
	commandSha256: COMMAND,
	outputSha256: OUTPUT,
	exitCode: 0,
	signal: null,
	notBeforeMs: Date.parse('2025-11-21T10:00:00.000Z'),
};
const bracket = (
	open: Partial<StartedRecord> | null,
	close: Partial<CompletedRecord> | null,
	isMarkerPrinted = false,
): Bracket => ({
	started: open === null ? [] : [{ ...started, ...open }],
	completed: close === null ? [] : [{ ...completed, ...close }],
	isMarkerPrinted,
});

const CASES: readonly (readonly [
	title: string,
	Bracket,
	Partial<ExpectedBracket>,
	level: string,
	reason: string | null,
	failed: string | null,
])[] = [
	['a whole bracket', bracket({}, {}), {}, 'bound', null, null],
	['a whole bracket whose output prints the marker too', bracket({}, {}, true), {}, 'bound', null, null],
	[
		'an end by signal',
		bracket({}, { exit_code: null, signal: 'SIGKILL' }),
		{ exitCode: null, signal: 'SIGKILL' },
		'bound',
		null,
		null,
	],
	[
		'a start in the very millisecond of the run',
		bracket({}, {}),
		{ notBeforeMs: Date.parse(started.at) },
		'bound',
		null,
		null,
	],
	['nothing', bracket(null, null), {}, 'none', 'no-marker', 'bracket was opened'],
	['the marker in output alone', bracket(null, null, true), {}, 'printed', 'no-bracket', 'bracket was opened'],
	['an end without a start', bracket(null, {}), {}, 'claimed', 'no-marker', 'bracket was opened'],
	['a start without an end', bracket({}, null), {}, 'claimed', 'cut-bracket', 'bracket was closed'],
	[
		'a start without an end, and the marker in output',
		bracket({}, null, true),
		{},
		'printed',
		'cut-bracket',
		'bracket was closed',
	],
	[
		'a bracket without a marker',
		bracket({ marker: null }, { marker: null }),
		{},
		'none',
		'no-marker',
		'marker is the same',
	],
	[
		'the marker of another execution',
		bracket({ marker: OTHER }, { marker: OTHER }),
		{},
		'none',
		'no-marker',
		'marker is the same',
	],
	['another marker at the end', bracket({}, { marker: OTHER }), {}, 'claimed', 'no-marker', 'marker is the same'],
	[
		'another command',
		bracket({ command_sha256: WRONG }, {}),
		{},
		'claimed',
		'digest-differs',
		'command digest is the same',
	],
	[
		'another command at the end',
		bracket({}, { command_sha256: WRONG }),
		{},
		'claimed',
		'digest-differs',
		'command digest is the same',
	],
	[
		'another output',
		bracket({}, { output_sha256: WRONG }),
		{},
		'claimed',
		'digest-differs',
		'output digest is the same',
	],
	['another exit code', bracket({}, { exit_code: 1 }), {}, 'claimed', 'digest-differs', 'end is the same'],
	[
		'a signal instead of an exit code',
		bracket({}, { exit_code: null, signal: 'SIGTERM' }),
		{},
		'claimed',
		'digest-differs',
		'end is the same',
	],
	['dropped output', bracket({}, { dropped_bytes: 1 }), {}, 'claimed', 'cut-bracket', 'no output was dropped'],
	[
		'a replay from before the run',
		bracket({ at: '2025-11-21T09:59:59.999Z' }, {}),
		{},
		'claimed',
		'no-bracket',
		'within the run',
	],
	['a time that is none', bracket({ at: 'yesterday' }, {}), {}, 'claimed', 'no-bracket', 'within the run'],
	[
		'the marker in the command',
		bracket({}, {}, true),
		{ isMarkerInCommand: true },
		'claimed',
		'no-marker',
		'command is free of the marker',
	],
	[
		'the marker in the command, nothing in the transcript',
		bracket(null, null),
		{ isMarkerInCommand: true },
		'none',
		'no-marker',
		'command is free of the marker',
	],
	[
		'two starts',
		{ ...bracket({}, {}), started: [started, started] },
		{},
		'claimed',
		'digest-differs',
		'bracket is the only one',
	],
	[
		'two ends',
		{ ...bracket({}, {}), completed: [completed, completed] },
		{},
		'claimed',
		'digest-differs',
		'bracket is the only one',
	],
];

describe('judgeBracket()', ({ test }) => {
	for (const [title, found, change, level, reason, failed] of CASES) {
		test(`calls ${title} ${level}`, () => {
			const judgement = judgeBracket(found, { ...expected, ...change });
			assert.equal([judgement.level, judgement.reason], [level, reason]);
			const wrong = judgement.checks.filter((check) => !check.isOk);
			assert.equal(
				wrong.map((check) => check.name),
				failed === null ? [] : [failed],
			);
			assert.ok(judgement.checks.every((check) => check.detail.length > 0));
		});
	}

	test('says what differs and what was wanted', () => {
		const { checks } = judgeBracket(bracket({}, { exit_code: 1 }), expected);
		assert.equal(checks.at(-1), { name: 'end is the same', isOk: false, detail: 'exit code 1 instead of exit code 0' });
	});
});
