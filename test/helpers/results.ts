import type { Attempt, CountsResult, PromptResult, StepResult } from '../../src/core/events.ts';

const OUTPUT = { bytes: 0, droppedBytes: 0, sha256: null, head: '', tail: '', stderrLines: 0, file: null } as const;

/** A passed attempt without output, with `changes`. */
export const anAttempt = (changes: Partial<Attempt> = {}): Attempt => ({
	number: 1,
	executionId: '0199-e',
	marker: 'MARKER_m',
	outcome: 'passed',
	reason: null,
	exitCode: 0,
	signal: null,
	durationMs: 12,
	interruption: null,
	mismatch: null,
	output: OUTPUT,
	evidence: 'bound',
	evidenceChecks: [],
	evidenceSource: 'transcripts/r.jsonl',
	leaked: [],
	detail: null,
	...changes,
});

/** A passed step with one attempt, with `changes`. */
export const aStep = (changes: Partial<StepResult> = {}): StepResult => ({
	file: 'prompts/deploy.md',
	number: 3,
	name: 'start the server',
	line: 42,
	command: 'node server.js',
	outcome: 'passed',
	reason: null,
	detail: null,
	checkedBy: 'output',
	evidenceNeeded: 'bound',
	attempts: [anAttempt()],
	durationMs: 12,
	...changes,
});

/** Counts that went from 11:0 to 12:0, with `changes`. */
export const someCounts = (changes: Partial<CountsResult> = {}): CountsResult => ({
	before: { success: 11, failure: 0 },
	after: { success: 12, failure: 0 },
	added: { success: 1, failure: 0 },
	write: 'written',
	detail: null,
	stage: 'graduated',
	...changes,
});

/** A passed prompt of one step, with `changes`. */
export const aPrompt = (changes: Partial<PromptResult> = {}): PromptResult => ({
	file: 'prompts/deploy.md',
	title: 'Deploy',
	outcome: 'passed',
	steps: [aStep()],
	counts: someCounts(),
	durationMs: 20,
	warnings: [],
	...changes,
});
