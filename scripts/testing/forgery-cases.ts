import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the cases are, a folder each. */
export const FORGERY_CASES = 'test/forgery/cases';

const PROMPT = 'prompts/build.md';

/** How far a forger goes to hide a change: not at all; a new hash for the record itself; new links up to the heads as well. */
export type Seal = 'not' | 'itself' | 'all';

/** Whose key signs: that of the executor which ran, or one that the forger made. */
export type KeyOwner = 'executor' | 'stranger';

/** New values by path, such as `step.name`. */
interface Change {
	readonly set: Readonly<Record<string, unknown>>;
}

/** Puts a changed copy of the record in line `like` at the end, behind all heads or `after` another line, and writes the heads. */
export interface AddRecord extends Change {
	readonly do: 'add-record';
	readonly like: number;
	readonly after?: number;
}

/** Puts the signature of one result under another. */
export interface TakeSignature {
	readonly do: 'take-signature';
	readonly from: number;
	readonly line: number;
}

/** One thing that is done to a folder in which `verify` ran. Lines are those of the ledger, from 1. */
export type Deed =
	| { readonly do: 'write'; readonly file: string; readonly text: string }
	| { readonly do: 'replace'; readonly file: string; readonly from: string; readonly to: string }
	| { readonly do: 'append'; readonly file: string; readonly text: string }
	| { readonly do: 'remove'; readonly file: string }
	| { readonly do: 'copy' | 'move' | 'link'; readonly file: string; readonly to: string }
	| { readonly do: 'remove-line' | 'repeat-line'; readonly line: number }
	| { readonly do: 'swap-lines'; readonly lines: readonly [number, number] }
	| { readonly do: 'keep-lines'; readonly count: number }
	| { readonly do: 'cut-bytes'; readonly count: number }
	| ({ readonly do: 'edit-record'; readonly line: number | readonly number[]; readonly seal: Seal } & Change)
	| AddRecord
	| { readonly do: 'sign'; readonly lines: readonly number[]; readonly key: KeyOwner }
	| TakeSignature
	/** Removes records and links the others anew. */
	| { readonly do: 'drop-records'; readonly lines: readonly number[] }
	| {
			readonly do: 'verify';
			readonly args: readonly string[];
			readonly exit: number;
			readonly says?: readonly string[];
	  }
	/** Kills a run at once when it has printed something. */
	| { readonly do: 'kill'; readonly args: readonly string[]; readonly sees: string }
	| { readonly do: 'commit' }
	| { readonly do: 'git'; readonly args: readonly string[] }
	| { readonly do: 'list-key'; readonly key: KeyOwner; readonly notAfter?: string };

/** What a command must say about it. */
export interface Saying {
	readonly verify: readonly string[];
	readonly exit: number;
	/** The word for it: code of a finding, kind of a hit, level that was reached. */
	readonly word: string;
	/** Stands before the word, in the same line: `file:line`. Of an audit that fails, the line is the first below the headline. */
	readonly place?: string;
	/** Pieces of the wording. */
	readonly says?: readonly string[];
}

/** A forged or broken record, or a genuine one that looks like it. */
export interface ForgeryCase {
	/** `group/name`, as its folder. */
	readonly name: string;
	/** One sentence: what was done. */
	readonly title: string;
	/** Genuine ones must pass: who always says no tells nothing. */
	readonly isGenuine: boolean;
	/** What ran before: five clean runs, and after them two that failed. */
	readonly base: 'graduated' | 'failed';
	readonly deeds: readonly Deed[];
	readonly expect: readonly Saying[];
	/** Arguments of `verify gate`, which no forged case may meet, and every genuine one must. Default: the prompt. */
	readonly gate: readonly string[];
}

/** Reads all cases, in the order of their names. */
export function readForgeryCases(): readonly ForgeryCase[] {
	return readdirSync(FORGERY_CASES).flatMap((group) =>
		readdirSync(join(FORGERY_CASES, group)).map((folder): ForgeryCase => {
			const name = `${group}/${folder}`;
			const text = readFileSync(join(FORGERY_CASES, name, 'case.json'), 'utf8');
			const {
				title,
				base = 'graduated',
				deeds = [],
				expect,
				gate = [PROMPT],
			} = JSON.parse(text) as Partial<ForgeryCase>;
			if (title === undefined || expect === undefined) throw new Error(`${name}: it has no title, or expects nothing`);
			return { name, title, isGenuine: group === 'genuine', base, deeds, expect, gate };
		}),
	);
}
