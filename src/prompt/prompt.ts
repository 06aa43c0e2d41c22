import type { ExpectationSource, MatchMode, StreamChoice } from '../core/expectations.ts';
import type { Diagnostic, Span } from '../core/places.ts';

/** A value read from the document, with the exact characters that hold it. */
export interface Field<T> {
	readonly value: T;
	/** The characters of `span`, as written. */
	readonly text: string;
	/** Only the value: no label, no surrounding blanks, no bold marks. An edit replaces exactly this. */
	readonly span: Span;
}

/**
 * How a prompt writes its metrics; see `docs/prompt-format.md`.
 * `front-matter`-less documents of other kinds have none.
 */
export type MetricsDialect = 'TM-list' | 'TM-uuid' | 'TM-table' | 'EM-list' | 'GM-list' | 'status-list' | 'TL-list';

/** How the ratio text is composed; decides how it is written anew. */
export type RatioForm =
	/** `9:2`, the counts themselves. */
	| 'counts'
	/** `4.5:1` or `1:2.25`: one side is 1, a decimal on the other. */
	| 'quotient'
	/** `N/A`. */
	| 'not-available'
	/** `80%`. */
	| 'percentage';

/** The live metrics section of a prompt. */
export interface Metrics {
	readonly dialect: MetricsDialect;
	/** The section: from its heading to the next heading of the same or a higher level. */
	readonly span: Span;
	/** From their own fields first, from the ratio's `S:F` else; 0 where the prompt says `N/A`. `null`: no number is there. */
	readonly success: number | null;
	readonly failure: number | null;
	/** Own fields of the dialect, where it has them. */
	readonly successField: Field<number> | null;
	readonly failureField: Field<number> | null;
	readonly totalField: Field<number> | null;
	/** The ratio's own characters (`9:2`, `N/A`, `80%`), without remark and mark. */
	readonly ratioField: Field<string> | null;
	readonly ratioForm: RatioForm | null;
	/** The whole value after the ratio's label, such as `9:2 (Requires 10:1 to graduate)`. */
	readonly ratioText: string | null;
	/** The remark after the ratio: from the first character after the ratio to the end of the value; empty span when none. */
	readonly remarkField: Field<string> | null;
	readonly lastUpdatedField: Field<string> | null;
	readonly statusField: Field<string> | null;
	/** A graduation mark stands at the ratio or in the status. */
	readonly isGraduationClaimed: boolean;
	/** Data rows (or `- vN:` bullets) of the live evolution history, sample rows left out. */
	readonly evolutionRows: number;
}

/** What one step, or the front matter for all steps, sets. Absent keys fall to the next level. */
export interface Directives {
	readonly timeoutMs?: number;
	/** 0 switches the stall limit off. */
	readonly stallMs?: number;
	/** As written; relative to the folder of the prompt. */
	readonly workingDirectory?: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly exitCodes?: readonly number[];
	/** Literal texts, or `/…/flags`; an empty list switches the default patterns off. */
	readonly errorPatterns?: readonly string[];
	readonly match?: MatchMode;
	readonly stream?: StreamChoice;
	/** Further attempts after a failure; 0 or more. */
	readonly retries?: number;
	readonly background?: boolean;
	/** An expectation in the short forms: inline code text or `/regex/`. */
	readonly readyWhen?: string;
	/** Names of programs that must be on PATH, else the step is skipped. */
	readonly requires?: readonly string[];
	/** `linux` `darwin` `win32`…; elsewhere the step is skipped. */
	readonly platform?: readonly string[];
	/** In lower case; what `--tag` selects by. They can't change a verdict, so they are no part of the step's digest. */
	readonly tags?: readonly string[];
	/** Paths and globs, relative to the folder of the prompt: `--watch` runs again when one changes. No part of the digest either. */
	readonly watches?: readonly string[];
}

/** One command of a step. */
export interface StepCommand {
	readonly text: string;
	/** Line of the first character of `text`, from 1. */
	readonly line: number;
	readonly form: 'inline' | 'fence';
	/** First word of the fence's info string in lower case; `null` for inline code and bare fences. */
	readonly language: string | null;
	/** The command's own characters. */
	readonly span: Span;
}

/** Where a step comes from. */
export type StepKind = 'step' | 'task' | 'recovery-test';

/** One verification step. */
export interface Step {
	/** Position among the steps of the prompt, from 1; the number of the heading is in `label`. */
	readonly number: number;
	/** The text after `Step N:`, inline marks removed; never empty. */
	readonly name: string;
	/** The heading's own lead, such as `Step 2`, `Task 4`, `Test 1`. */
	readonly label: string;
	/** Line of the heading (or list item), from 1. */
	readonly line: number;
	readonly kind: StepKind;
	readonly goal: string | null;
	/**
	 * In order, as written; several are run as one script. Nothing runs when `problems` has an error, such as a placeholder where a
	 * command belongs, or when there is none.
	 */
	readonly commands: readonly StepCommand[];
	readonly expectation: ExpectationSource;
	/** The step's own, not merged with the front matter's. */
	readonly directives: Directives;
	/** The step as a whole, heading to next heading. */
	readonly span: Span;
	readonly problems: readonly Diagnostic[];
}

/** A code block that a fixer may change. */
export interface ImplementationBlock {
	/** First word of the info string in lower case. */
	readonly language: string | null;
	/** Line of the opening fence, from 1. */
	readonly line: number;
	readonly text: string;
	readonly span: Span;
}

/** A row of the evolution history. */
export interface EvolutionRow {
	readonly version: string;
	readonly change: string;
	readonly result: string | null;
	readonly line: number;
}

/** A prompt that this one depends on. */
export interface Dependency {
	readonly prompt: string;
	readonly version: string | null;
	readonly nature: string | null;
	readonly line: number;
}

/** A log of an earlier execution of a step, pasted into the prompt. */
export interface ExecutionLog {
	/** The number in its title, as written. */
	readonly step: string;
	readonly line: number;
	readonly text: string;
}

/** What the front matter key `verify:` sets for the whole prompt. */
export interface PromptSettings {
	readonly directives: Directives;
	readonly shell?: string;
	/** Run once before the first step, in the same working directory; its failure is `infra`-free: the prompt fails with reason of its own. */
	readonly setup?: string;
	readonly teardown?: string;
	readonly count?: 'step' | 'run';
	readonly stop?: 'first-failure' | 'never';
	/** What the prompt asks of its own gate, unread: the table of options of the gate says what it means. */
	readonly gate?: { readonly value: unknown; readonly span: Span };
}

/** Everything that was understood of one markdown file. Pure data; all positions are of the given text. */
export interface Prompt {
	/** The first H1's text, else `null`. */
	readonly title: string | null;
	readonly metrics: Metrics | null;
	readonly settings: PromptSettings;
	readonly steps: readonly Step[];
	readonly implementation: readonly ImplementationBlock[];
	readonly evolution: readonly EvolutionRow[];
	readonly executionLogs: readonly ExecutionLog[];
	readonly dependencies: readonly Dependency[];
	/** The path behind `Test Script Path`, unless it is a placeholder. */
	readonly integrationTest: Field<string> | null;
	/** Problems of the prompt as a whole; those of a step stand at the step. */
	readonly problems: readonly Diagnostic[];
}
