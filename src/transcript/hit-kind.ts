/** What kind of text a marker stands in; what each proves is told in `docs/evidence.md`. */
export type HitKind =
	/** Our own record that opens or closes the bracket of an execution. */
	| 'bracket'
	/** Printed by a program that ran. */
	| 'tool-output'
	/** Written by a model into a call. */
	| 'tool-input'
	/** Written by a model. */
	| 'assistant-text'
	/** Written by a person. */
	| 'user-text'
	/** Put in by the client, or of unknown origin. */
	| 'meta'
	/** In a file that is no transcript. */
	| 'text';

/** A part of a record that holds the marker. */
export interface RecordHit {
	readonly kind: HitKind;
	/** What holds it, for people: `execution-completed`, `result of Bash`, `input of Write`. */
	readonly where: string;
	readonly text: string;
}
